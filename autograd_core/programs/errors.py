"""What a program in another language cannot say."""


class NoFormError(TypeError):
    """A row or a type of numbers that has no form in the other language; the message says what to do."""

"""The picture as DOT and as text: what is shown, how it is labelled, coloured and wired."""

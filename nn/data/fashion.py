"""Fashion-MNIST: ten kinds of clothes in MNIST's format."""

from nn.data.dataset import Dataset
from nn.data.finding import Folder
from nn.data.idx_sets import IdxFile, IdxSet

FASHION = IdxSet(
    title="Fashion-MNIST, 60,000 + 10,000 pictures of clothes",
    call="fashion_mnist()",
    licence="MIT",
    folders=("fashion-mnist", "FashionMNIST/raw", "FashionMNIST"),
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    files=(
        IdxFile(
            "train-images-idx3-ubyte",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        IdxFile(
            "t10k-images-idx3-ubyte",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    classes=(
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
)


def fashion_mnist(
    *, flat: bool = True, folder: Folder = None, download: bool = False
) -> tuple[Dataset, Dataset]:
    """60,000 pictures of clothes to train and 10,000 to test, (train, test), in MNIST's format and harder.

    Each is a `Dataset`: x is float32 in [0, 1] of the shape (N, 784), t the kind as int64 (N,), `classes`
    their names, `source` says where they come from. On Debian and Ubuntu the package dataset-fashion-mnist
    brings the files.

    Args:
        flat: False for x of the shape (N, 1, 28, 28), one channel, as convolutions take it.
        folder: where the four files are, packed or not. By default the folders named in the environment
            variable AUTOGRAD_CORE_DATA, the user's cache folder and /usr/share/datasets are searched, there
            the folders fashion-mnist, FashionMNIST/raw (torchvision's) and FashionMNIST.
        download: True fetches files that are nowhere (30.9 MB), into `folder` or the first folder searched.
            Nothing is ever downloaded without it.

    Raises:
        FileNotFoundError: if files are nowhere.
        ValueError: if a file is damaged or is not Fashion-MNIST's.
        OSError: if the download fails.

    H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms (2017); Zalando SE, MIT licence.
    """
    return FASHION.load(folder, download, flat=flat)

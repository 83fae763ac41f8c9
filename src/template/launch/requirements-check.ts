/**
 * A Python program that checks whether packages are installed for the Python that runs it, by their metadata: none is
 * imported. Its words are requirements without blanks, as `environment.requires` has them. It ends with status 78 and one line
 * on standard error if one is missing or does not fit. `--json` prints that line in parts instead, and `--gpu` says that
 * the run has GPUs.
 *
 * Versions are ordered as PEP 440 says. Python 3.6 can read it, to say that it is too old.
 */
export const REQUIREMENTS_CHECK: string = String.raw`# Made by sheaf: checks environment.requires. See docs/how-to/jobs/environments.md.
import glob, json, os, re, sys

sys.path[:] = [place for place in sys.path if place]
import importlib.util, shlex, shutil, sysconfig

try:
    from importlib import metadata
except ImportError:
    metadata = None

VERSION = re.compile(
    r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|rc|c)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+.*)?$",
    re.I,
)


def main(words):
    as_json, has_gpu = "--json" in words, "--gpu" in words
    wanted = [word for word in words if not word.startswith("--")]
    answer = check(wanted, has_gpu) if metadata else too_old()
    if answer is None:
        return 0
    if as_json:
        print(json.dumps(answer))
    else:
        parts = answer["message"], "to fix it: " + answer["fix"], answer["then"], answer["hint"]
        line = "; ".join(part for part in parts if part)
        sys.stderr.write("sheaf: " + re.sub(r"[\x00-\x1f\x7f]", " ", line) + "\n")
    return 78


def too_old():
    version = "%d.%d" % sys.version_info[:2]
    return {
        "message": "%s is Python %s, and environment.requires needs Python 3.8 or newer" % (sys.executable, version),
        "fix": "name a newer Python under environment: (venv, conda, modules)",
        "then": "",
        "hint": "",
    }


def check(wanted, has_gpu):
    lacking, fitting, doubtful = [], 0, False
    names = [name_of(requirement) for requirement in wanted]
    for requirement in wanted:
        name, conditions = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(.*)$", requirement).groups()
        found = find_version(name)
        if found is None:
            meant = find_similar(name, names)
            doubtful = doubtful or meant is not None
            question = " (did you mean %s?)" % meant if meant else ""
            lacking.append((name, requirement, "is not installed" + question))
        elif not all(fits(found, condition) for condition in conditions.split(",") if condition):
            lacking.append((name, requirement, "is needed, but %s is installed" % found))
        else:
            fitting += 1
    if not lacking:
        return None
    fix, then = fix_of([requirement for _, requirement, _ in lacking], fitting > 0)
    faults = ", ".join("%s %s" % (requirement, fault) for _, requirement, fault in lacking)
    return {
        "message": "%s lacks Python packages: %s" % (sys.executable, faults),
        "fix": fix,
        "then": then,
        "hint": DOUBT if doubtful else hint_of([normalized(name) for name, _, _ in lacking], has_gpu),
    }


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement).group()


DOUBT = "check the names before you install anything: a package of almost the same name can be another program"
# Packages that training programs often require, in the spelling of their index.
KNOWN = (
    "accelerate bitsandbytes dask datasets deepspeed diffusers einops evaluate fastapi flax gymnasium h5py "
    "huggingface-hub hydra-core jax lightning lightgbm matplotlib mlflow networkx numba numpy omegaconf "
    "opencv-python optax optuna orbax-checkpoint pandas peft pillow polars protobuf pyarrow pytorch-lightning "
    "pyyaml ray requests safetensors scikit-image scikit-learn scipy seaborn sentencepiece stable-baselines3 "
    "sympy tensorboard tensorflow tiktoken timm tokenizers torch torch-geometric torchaudio torchmetrics "
    "torchvision tqdm transformers triton trl vllm wandb xformers xgboost"
).split()


def find_similar(name, wanted):
    """The well-known or installed package whose name a missing one may have meant; None without one."""
    name, others = normalized(name), {normalized(each) for each in wanted}
    if name in KNOWN:
        return None
    installed = {normalized(each.metadata["Name"] or "") for each in metadata.distributions()}
    most = 1 if len(name) < 6 else 2
    known = [each for each in (installed | set(KNOWN)) - others if abs(len(each) - len(name)) <= most]
    near = sorted(pair for pair in [(edits(name, each), each) for each in known] if pair[0] <= most)
    return near[0][1] if near else None


def edits(one, other):
    """How many letters are inserted, deleted, replaced or swapped with the next to make one name of the other."""
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]


def find_version(name):
    """The version of an installed package; "" for a package that has none, None for a missing one."""
    for spelling in (name, normalized(name), normalized(name).replace("-", "_")):
        try:
            return metadata.version(spelling) or ""
        except (metadata.PackageNotFoundError, KeyError):
            pass
    for found in metadata.distributions():
        if normalized(found.metadata["Name"] or "") == normalized(name):
            return found.version or ""
    # A site may have built it in place, without metadata. A folder of that name alone is no package.
    try:
        spec = importlib.util.find_spec(normalized(name).replace("-", "_"))
    except (ImportError, ValueError):
        spec = None
    return "" if spec is not None and spec.origin is not None else None


def order(version):
    """A key that sorts versions as PEP 440 does; None for a version that cannot be read."""
    match = VERSION.match(version)
    if match is None:
        return None
    epoch, release, pre, pre_number, dash, post, dev = match.groups()
    numbers = [int(number) for number in release.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    is_post = dash is not None or post is not None
    if pre:
        stage = {"a": 0, "b": 1, "p": 2, "r": 2, "c": 2}[pre[0].lower()], int(pre_number or 0)
    else:
        stage = (-1, 0) if dev is not None and not is_post else (3, 0)
    return (
        int(epoch or 0),
        tuple(numbers),
        stage,
        int(dash or post or 0) if is_post else -1,
        float("inf") if dev is None else int(dev or 0),
    )


def release_of(version, count):
    match = VERSION.match(version)
    numbers = [int(number) for number in match.group(2).split(".")]
    return int(match.group(1) or 0), (numbers + [0] * count)[:count]


def fits(found, condition):
    operator, wanted = re.match(r"(~=|[=!<>]=|[<>])(.*)$", condition).groups()
    if order(found) is None or order(re.sub(r"\.\*$", "", wanted)) is None:
        return True
    if wanted.endswith(".*"):
        return has_prefix(found, wanted[:-2]) == (operator == "==")
    have, want = order(found), order(wanted)
    is_same = have == want and ("+" not in wanted or found.lower() == wanted.lower())
    if operator in ("==", "!="):
        return is_same == (operator == "==")
    if operator == "~=":
        return have >= want and has_prefix(found, VERSION.match(wanted).group(2).rpartition(".")[0])
    # Neither is a pre-release of a version below it, nor a later build of it above it.
    is_near = have[:2] == want[:2]
    if operator == "<":
        return have < want and not (is_near and want[2] == (3, 0) and have[2] != (3, 0))
    if operator == ">":
        return have > want and not (is_near and want[3] < 0 <= have[3])
    return have >= want if operator == ">=" else have <= want


def has_prefix(found, prefix):
    count = len(VERSION.match(prefix).group(2).split("."))
    return release_of(found, count) == release_of(prefix, count)


def fix_of(missing, keeps_some):
    """The line that installs what is missing into this very environment, and what to do after it."""
    words = " ".join(shlex.quote(requirement) for requirement in missing)
    python, uv = shlex.quote(sys.executable), os.environ.get("UV_PROJECT_ENVIRONMENT")
    if os.environ.get("SHEAF_CONTAINER"):
        return "build the image %s with %s" % (os.environ["SHEAF_CONTAINER"], words), ""
    if uv and os.path.realpath(uv) == os.path.realpath(sys.prefix):
        return "uv add --project %s %s" % (shlex.quote(os.path.dirname(uv)), words), ""
    if sys.prefix == sys.base_prefix and is_managed_by_system():
        folder = shlex.quote(os.path.join(os.environ.get("SHEAF_PROJECT", ""), ".venv"))
        keep = " --system-site-packages" if keeps_some else ""
        make = "%s -m venv%s %s && %s/bin/python3 -m pip install %s" % (python, keep, folder, folder, words)
        return make, "then write into sheaf.yaml: environment: {venv: .venv}"
    if importlib.util.find_spec("pip") is not None:
        return "%s -m pip install %s" % (python, words), ""
    if shutil.which("uv"):
        return "uv pip install --python %s %s" % (python, words), ""
    return "%s -m ensurepip && %s -m pip install %s" % (python, python, words), ""


def is_managed_by_system():
    """Debian and others keep pip away from their own Python (PEP 668)."""
    return os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED"))


def hint_of(names, has_gpu):
    if "torch" not in names or has_gpu or glob.glob("/dev/nvidia[0-9]*") or os.path.exists("/dev/kfd"):
        return ""
    return "without a GPU, a CPU build of torch is enough and much smaller: see the installation page of PyTorch"


sys.exit(main(sys.argv[1:]))
`;

"""Pretrains a tiny language model on English, adapts a model to other text with LoRA, and measures what that gained.

    train.py pretrain --base BASE                       weights and tokenizer → BASE
    train.py finetune --base BASE --adapter ADAPTER     the best adapter → ADAPTER; its curve → OUTPUT/metrics.jsonl
    train.py eval     --base BASE --adapter ADAPTER     losses on text that no step has seen → OUTPUT/eval.json

If --model is a folder of weights, as transformers saves them, there is nothing to pretrain. Nothing is downloaded.
"""

import argparse
import array
import glob
import json
import math
import os
import pathlib
import sys
import sysconfig

import torch

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TOKENIZERS_PARALLELISM": "false"}

# The usual scale of the first weights, 0.02, makes so narrow a model learn slowly.
TINY = {"hidden_size": 64, "intermediate_size": 176, "num_hidden_layers": 2, "num_attention_heads": 4}
TINY |= {"vocab_size": 512, "initializer_range": 0.06}
VALIDATION_SEQUENCES, TEST_SEQUENCES = 64, 256


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("task", choices=["pretrain", "finetune", "eval"])
    add("--model", "--base-model", default="tiny", help="tiny, or a local folder of weights")
    add("--dataset", "--dataset-path", default="stdlib", help="stdlib, text:GLOB, or a folder of .jsonl or text files")
    add("--dataset-mb", type=float, default=1000.0, help="opens no further file after this many megabytes")
    add("--pretrain-steps", type=int, default=500)
    add("--max-steps", type=int, default=300, help="steps of finetune")
    add("--learning-rate", type=float, default=1e-2, help="the highest one of finetune: warm-up, then cosine to 0")
    add("--warmup-steps", type=int, default=10)
    add("--eval-steps", type=int, default=50, help="steps between validations, each with a checkpoint")
    add("--batch-size", type=int, default=4, help="sequences in each process")
    add("--gradient-accumulation", type=int, default=1, help="batches in each step")
    add("--max-seq-length", type=int, default=64, help="tokens in a sequence")
    add("--lora-rank", type=int, default=16)
    add("--lora-alpha", type=float, default=32)
    add("--target-modules", nargs="+", default=["q_proj", "v_proj"])
    add("--precision", choices=["fp32", "bf16"], default="fp32")
    add("--seed", type=int, default=0)
    for name in ("base", "adapter", "output"):
        add(f"--{name}", type=pathlib.Path, default=pathlib.Path(name), help="a folder")
    add("--resume", type=pathlib.Path, help="a checkpoint.pt that finetune wrote")
    return parser.parse_args()


def stop(problem):
    """Exits with EX_CONFIG of sysexits.h: something is missing, and another try would end in the same way."""
    print(f"train.py: {problem}", file=sys.stderr)
    sys.exit(78)


def find_files(dataset):
    if dataset == "stdlib":
        packages = pathlib.Path(sysconfig.get_path("stdlib")).glob("[a-z]*/*.py")
        return sorted(path for path in packages if path.parent.name not in ("site-packages", "dist-packages"))
    pattern = dataset.removeprefix("text:")
    pattern = os.path.join(pattern, "*") if os.path.isdir(pattern) else pattern
    files = sorted(pathlib.Path(name) for name in glob.glob(pattern, recursive=True) if os.path.isfile(name))
    return files or stop(f'no file matches {pattern}: expected .jsonl files with a "text" in each line, or text files')


def read_file(path):
    """The documents of a file: one for each line of .jsonl, otherwise one."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        return [json.loads(line)["text"] for line in text.splitlines()] if path.suffix == ".jsonl" else [text]
    except (ValueError, TypeError, KeyError) as error:
        stop(f'{path} has a line that is not a JSON object with a "text": {error!r}')


def read_dataset(args):
    """The documents of --dataset, always in the same order."""
    documents, size = [], 0
    for path in find_files(args.dataset):
        if size < args.dataset_mb * 1e6:
            documents += read_file(path)
            size += path.stat().st_size
    return split(documents)


def split(documents):
    """Of ten documents, eight are for training, one for validation and one for the test."""
    train = [text for place, text in enumerate(documents) if place % 5 != 4]
    return {"train": train, "validation": documents[4::10], "test": documents[9::10]}


def encode(tokenizer, documents, length, at_most=None):
    """Sequences of tokens, each beginning with the last token of the one before; and the bytes in a token."""
    tokens, size = array.array("i"), 0
    for text in documents:
        tokens.extend([*tokenizer(text, add_special_tokens=False).input_ids, tokenizer.eos_token_id])
        size += len(text.encode())
        if at_most is not None and len(tokens) > at_most * length:
            break
    if len(tokens) < length:
        stop(f"too little text: {len(documents)} documents have {len(tokens)} tokens, and one sequence has {length}")
    return torch.frombuffer(tokens, dtype=torch.int32).unfold(0, length, length - 1)[:at_most], size / len(tokens)


def encode_parts(tokenizer, documents, args):
    train, _ = encode(tokenizer, documents["train"], args.max_seq_length)
    return train, encode(tokenizer, documents["validation"], args.max_seq_length, VALIDATION_SEQUENCES)[0]


def train_tokenizer(documents):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe, end = Tokenizer(models.BPE()), "<end>"  # byte-level: it can write any text
    bpe.pre_tokenizer, bpe.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    options = {"special_tokens": [end], "initial_alphabet": pre_tokenizers.ByteLevel.alphabet(), "show_progress": False}
    bpe.train_from_iterator(documents, trainers.BpeTrainer(vocab_size=TINY["vocab_size"], **options))
    return PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token=end)


def find_base(args):  # the folder with model and tokenizer
    folder = args.base if args.model == "tiny" else pathlib.Path(args.model)
    if not (folder / "config.json").is_file():
        stop(f"no model in {folder}: run pretrain first with --model tiny, or name a folder of weights with --model")
    return folder


def load_base(args):
    folder = find_base(args)
    from transformers import AutoModelForCausalLM, AutoTokenizer

    dtype = torch.bfloat16 if args.precision == "bf16" else torch.float32
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype), AutoTokenizer.from_pretrained(folder)


def get_loss(model, batch):  # the mean of a token, in nats
    batch = batch.to(next(model.parameters()).device, torch.long)
    return model(input_ids=batch, labels=batch).loss


def measure_loss(model, sequences, batch_size):
    with torch.no_grad():
        return sum(get_loss(model, batch).item() * len(batch) for batch in sequences.split(batch_size)) / len(sequences)


def draw_batches(sequences, args, step, rank, processes):
    """What one process trains on in a step: it follows from seed and step alone, so a resumed run continues exactly."""
    count = args.batch_size * args.gradient_accumulation * processes
    chosen = torch.randint(len(sequences), (count,), generator=torch.Generator().manual_seed(args.seed * 2**20 + step))
    return sequences[chosen[rank::processes]].split(args.batch_size)


def fit(model, train, validation, args, steps, rate, record=lambda *_: None, resume=None):
    """Trains the weights that have a gradient. After each validation, ``record(losses, state)`` gets what to resume."""
    from accelerate import Accelerator

    mixed = "bf16" if args.precision == "bf16" else "no"
    accelerator = Accelerator(mixed_precision=mixed, gradient_accumulation_steps=args.gradient_accumulation)
    weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    inner, (model, optimizer) = model, accelerator.prepare(model, torch.optim.AdamW(weights.values()))
    if resume is not None:
        optimizer.load_state_dict(resume["optimizer"])
        inner.load_state_dict(resume["weights"], strict=False)
    for step in range(resume["step"] + 1 if resume else 1, steps + 1):
        decay = 0.5 + 0.5 * math.cos(math.pi * (step - 1) / steps)
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, step / max(1, args.warmup_steps)) * decay
        for batch in draw_batches(train, args, step, accelerator.process_index, accelerator.num_processes):
            with accelerator.accumulate(model):
                loss = get_loss(model, batch)
                accelerator.backward(loss)
                if accelerator.sync_gradients:
                    accelerator.clip_grad_norm_(weights.values(), 1.0)
                optimizer.step()
                optimizer.zero_grad()
        if accelerator.is_main_process and (step % args.eval_steps == 0 or step == steps):
            losses = {"train_loss": loss.item(), "val_loss": measure_loss(inner, validation, args.batch_size)}
            print(f"step {step}", *(f"{name} {value:.4f}" for name, value in losses.items()))
            record(losses, {"step": step, "weights": weights, "optimizer": optimizer.state_dict()})
    accelerator.end_training()


def pretrain(args):
    if args.model != "tiny":
        return print(f"nothing to pretrain: the weights are in {find_base(args)}")
    from transformers import LlamaConfig, LlamaForCausalLM

    try:
        from pydoc_data.topics import topics
    except ImportError:
        stop(f"{sys.executable} has no module pydoc_data.topics, the text that the tiny model learns from")
    documents = split([topics[name] for name in sorted(topics)])
    tokenizer = train_tokenizer(documents["train"])
    ends = {"bos_token_id": tokenizer.eos_token_id, "eos_token_id": tokenizer.eos_token_id}
    model = LlamaForCausalLM(LlamaConfig(**TINY, **ends))
    print(f"pretraining {model.num_parameters():,} parameters on the documentation of Python")
    fit(model, *encode_parts(tokenizer, documents, args), args, args.pretrain_steps, rate=5e-3)
    model.save_pretrained(args.base)
    tokenizer.save_pretrained(args.base)


def finetune(args):
    from peft import LoraConfig, get_peft_model

    model, tokenizer = load_base(args)
    train, validation = encode_parts(tokenizer, read_dataset(args), args)
    sizes = {"r": args.lora_rank, "lora_alpha": args.lora_alpha, "target_modules": args.target_modules}
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **sizes))
    resume = torch.load(args.resume, map_location="cpu") if args.resume else None
    best = resume["best"] if resume else math.inf

    def record(losses, state):
        nonlocal best
        if losses["val_loss"] < best:
            best = losses["val_loss"]
            model.save_pretrained(args.adapter)
        torch.save({**state, "best": best}, args.output / "checkpoint.part")
        os.replace(args.output / "checkpoint.part", args.output / "checkpoint.pt")
        with open(args.output / "metrics.jsonl", "a", encoding="utf-8") as file:
            print(json.dumps({"step": state["step"], **losses}), file=file)

    fit(model, train, validation, args, args.max_steps, args.learning_rate, record, resume)


def evaluate(args):
    from peft import PeftModel

    base, tokenizer = load_base(args)
    if not (args.adapter / "adapter_config.json").is_file():
        stop(f"no adapter in {args.adapter}: run finetune first")
    model = PeftModel.from_pretrained(base, args.adapter).to("cuda" if torch.cuda.is_available() else "cpu")
    sequences, size = encode(tokenizer, read_dataset(args)["test"], args.max_seq_length, TEST_SEQUENCES)
    loss = measure_loss(model, sequences, args.batch_size)
    with model.disable_adapter():
        base_loss = measure_loss(model, sequences, args.batch_size)
    result = {"loss": loss, "base_loss": base_loss, "bytes_per_token": size, "bits_per_byte": loss / size / math.log(2)}
    (args.output / "eval.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    arguments.output.mkdir(parents=True, exist_ok=True)
    {"pretrain": pretrain, "finetune": finetune, "eval": evaluate}[arguments.task](arguments)

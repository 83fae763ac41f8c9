import { describe, expect, it } from 'vitest';
import { isSecret, isSecretName, looksLikeSecret, findScriptSecret } from './secrets.ts';

describe('the name of a variable reveals a secret', () => {
  it.each([
    'WANDB_API_KEY',
    'HF_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
    'dbPassword',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'HTTP_AUTH',
    'PGPASSWORD',
    'SSHPASS',
    'HF_TOKENS',
    'PASSWORD1',
    'ACCESSKEY',
    'APIKEY2',
    'CREDS',
    'GITHUB_PAT',
  ])('%s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(['TOKENIZERS_PARALLELISM', 'PWD', 'KEYBOARD', 'MONKEYPATCH', 'AUTHOR', 'OMP_NUM_THREADS', 'PATH'])(
    'not %s',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});

describe('a value looks like a secret', () => {
  it.each([
    'sk-proj-abcdefghijklmnopqrst',
    'hf_abcdefghijklmnop',
    'ghp_0123456789abcdef0123',
    'AKIAIOSFODNN7EXAMPLE',
    'postgres://ada:pa55word@db.example/runs',
    'eyJhbGciOi.eyJzdWIi.c2ln',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nabc',
    'Bearer hf_abcdefghijklmnopqrst',
    'https://ghp_0123456789abcdef01@github.com/a',
  ])('%s', (value) => {
    expect(looksLikeSecret(value)).toBe(true);
  });

  it.each(['sk-learn', 'hf_cache', '/data/imagenet', 'https://example.org/a:b@c', 'host:8080', '1e-4', 'eyJ'])(
    'not %s',
    (value) => {
      expect(looksLikeSecret(value)).toBe(false);
    },
  );
});

it('a number or a switch is no secret, whatever its name', () => {
  expect(isSecret('USE_AUTH', 'true')).toBe(false);
  expect(isSecret('DB_PASS', 'swordfish')).toBe(true);
});

describe('a script gives a secret away', () => {
  it.each([
    ['export WANDB_API_KEY=0123456789abcdef', 'WANDB_API_KEY'],
    ["cd x && PGPASSWORD='sword fish' psql", 'PGPASSWORD'],
    ['curl -H "Authorization: Bearer hf_abcdefghijklmnopqrst" x', 'a text in it'],
    ['wandb login --relogin 0123456789abcdef0123456789abcdef01234567', 'a text in it'],
    ['python3 train.py --wandb-key=0123456789abcdef0123', 'a text in it'],
  ])('%s', (script, name) => {
    expect(findScriptSecret(script)).toBe(name);
  });

  it.each([
    'export HF_TOKEN="$(cat ~/.hf)"',
    'HF_TOKEN=$TOKEN python3 train.py --max-tokens=4096 {{ flags }}',
    'python3 train.py --api-key-file=keys.txt --pad_token "<|endoftext|>" --sort-key validation_accuracy_of_the_model',
    'wandb login && wandb offline',
    'echo "key={{ key }}"',
  ])('not %s', (script) => {
    expect(findScriptSecret(script)).toBeUndefined();
  });
});

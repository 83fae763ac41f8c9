import { describe, expect, it } from 'vitest';
import { isSecretName, looksLikeSecret } from './secrets.ts';

describe('the name of a variable tells of a secret', () => {
  it.each([
    'WANDB_API_KEY',
    'HF_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
    'dbPassword',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'HTTP_AUTH',
  ])('%s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    'TOKENIZERS_PARALLELISM',
    'MAX_TOKENS',
    'PWD',
    'KEYBOARD',
    'MONKEYPATCH',
    'AUTHOR',
    'OMP_NUM_THREADS',
    'PATH',
  ])('not %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
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

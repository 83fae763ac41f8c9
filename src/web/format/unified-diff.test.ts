import { expect, test } from 'vitest';
import { parseUnifiedDiff } from './unified-diff.ts';

test('a diff of git is taken apart by files', () => {
  const files = parseUnifiedDiff(`diff --git a/train.py b/train.py
index 1234..5678 100644
--- a/train.py
+++ b/train.py
@@ -1,2 +1,3 @@ def main():
 import os
-lr = 1
+lr = 2
+--- no head
diff --git a/old name.txt b/new.txt
similarity index 100%
rename from old name.txt
rename to new.txt
diff --git a/notes.txt b/notes.txt
new file mode 100644
index 0000..1111
--- /dev/null
+++ b/notes.txt
@@ -0,0 +1 @@
+new
\\ No newline at end of file
diff --git a/model.bin b/model.bin
deleted file mode 100644
Binary files a/model.bin and /dev/null differ
`);
  expect(files.map(({ path, note, added, removed }) => [path, note, added, removed])).toEqual([
    ['train.py', '', 2, 1],
    ['new.txt', 'renamed from old name.txt', 0, 0],
    ['notes.txt', 'new', 1, 0],
    ['model.bin', 'removed', 0, 0],
  ]);
  expect(files[0]?.lines.map(({ kind }) => kind)).toEqual(['place', 'same', 'removed', 'added', 'added']);
  expect(files[3]?.lines).toEqual([{ kind: 'about', text: 'Binary files a/model.bin and /dev/null differ' }]);
  expect(parseUnifiedDiff('')).toEqual([]);
});

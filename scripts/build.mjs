/**
 * Makes `dist`: the program in a few files, with the packages it uses inside. Loading some hundred small files costs each
 * command more time than most of them work, so a command loads what it needs in a few big ones.
 *
 *   npm run build
 *
 * Every module that finds others by its own address lies one directory below `dist/src`, as it does in `src`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './setup.mjs';

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: { cli: 'src/cli.ts', 'part/keeper': 'src/redis/keeper.ts' },
  outdir: 'dist/src',
  chunkNames: 'part/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  sourcesContent: false,
  // Packages written as CommonJS ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);",
  },
  logLevel: 'warning',
});

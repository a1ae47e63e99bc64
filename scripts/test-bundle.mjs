/**
 * Turns test files into plain JavaScript, so that the hundreds of processes that run them need no compiler each: that was a
 * fifth of the suite's time. What they share lies in common parts; each finds files by where its source lies.
 */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { ROOT } from './setup.mjs';

const OUT = '.test-build';

const whereTheSourceLies = {
  name: 'where-the-source-lies',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const define = {
        'import.meta.dirname': JSON.stringify(dirname(path)),
        'import.meta.filename': JSON.stringify(path),
        'import.meta.url': JSON.stringify(pathToFileURL(path).href),
      };
      const options = { loader: 'ts', target: 'node20', sourcefile: path, sourcemap: 'inline', define };
      return { contents: (await transform(text, options)).code, loader: 'js' };
    });
  },
};

/** Builds test files, named from the project's root; gives the paths of what was built, in their order. */
export async function bundleTests(files) {
  rmSync(join(ROOT, OUT), { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: files,
    outdir: OUT,
    outbase: '.',
    chunkNames: 'part/[name]-[hash]',
    bundle: true,
    packages: 'external',
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    sourcesContent: false,
    plugins: [whereTheSourceLies],
    logLevel: 'warning',
  });
  return files.map((file) => join(OUT, file.replace(/\.ts$/, '.js')));
}

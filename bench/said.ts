import type { ChildProcess } from 'node:child_process';

/** What a process says on standard error, as far as the first group of `pattern`; never when it ends without saying it. */
export function said(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const hear = (more: string | Buffer) => {
      text += more;
      const found = pattern.exec(text)?.[1];
      if (found === undefined) return;
      child.stderr!.off('data', hear);
      resolve(found);
    };
    child.stderr!.on('data', hear);
  });
}

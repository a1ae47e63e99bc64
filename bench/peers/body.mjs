/** The body of a PUT from a row of bench/rows.ts, as most people would write it. */
export function bodyOf({ id: _, ...row }) {
  const body = {};
  for (const [column, value] of Object.entries(row)) {
    const [object, key] = column.split('.');
    if (key === undefined) body[column] = value;
    else body[object] = { ...body[object], [key]: key === 'seats' ? Number(value) : value };
  }
  return body;
}

/** Says how many rows were sent in how many milliseconds, and what CPU time this process took for them. */
export function say(rows, ms, before) {
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ rows, ms, cpu_ms: (user + system) / 1000 })}\n`);
}

/** As Markdown, so that it can be put into docs/performance.md as it is. */
export function printTable(table: readonly (readonly string[])[], print: (line: string) => void): void {
  const [head = [], ...body] = table;
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  print(line(head));
  print(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  for (const cells of body) print(line(cells));
}

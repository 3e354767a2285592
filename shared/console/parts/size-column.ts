import { size } from '../format/size';
import { texts } from '../texts';
import type { Column } from './table';

/** How large what a row is about is. */
export const SIZE: Column<{ readonly sizeBytes: number }> = {
  title: texts.sizeLabel,
  cell: ({ sizeBytes }) => size(sizeBytes),
  sortBy: ({ sizeBytes }) => sizeBytes,
  isNumber: true,
};

import type { Grade } from '../../diagnosis/codes.ts';

/** Each grade as people read it. */
export const GRADE_NAMES: Readonly<Record<Grade, string>> = {
  confirmed: 'confirmed',
  probable: 'probable',
  possible: 'possible',
  'cannot-tell': 'cannot tell',
  'no-evidence': 'no evidence',
  'ruled-out': 'ruled out',
};

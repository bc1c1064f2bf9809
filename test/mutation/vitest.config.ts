import { defineConfig } from 'vitest/config';

/** The tests that the mutants of `src/kernel` and `src/diagnosis` are run against; scenarios and captures take too long. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.test.ts', 'test/diagnosis/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

import type { Grade } from '../../../diagnosis/codes.ts';
import { GRADE_RULES } from '../../../diagnosis/grades.ts';
import type { Explanation } from './entry.ts';

interface GradeFacts {
  readonly title: string;
  readonly meaning: string;
  /** What evidence from the target makes of it. */
  readonly evidence: string | null;
  readonly advice: string;
}

const FACTS: Readonly<Record<Grade, GradeFacts>> = {
  confirmed: {
    title: 'certain',
    meaning:
      'The per-host timestamp check of the target threw these SYNs away; what was seen leaves no other reading.',
    evidence:
      'evidence: TcpExt.PAWSPassive grew by exactly the SYN packets that the capture shows as rejected',
    advice: 'Switch tcp_tw_recycle off on the target (see: synscope explain tw-recycle-reject).',
  },
  probable: {
    title: 'very likely, with one thing missing',
    meaning:
      'The SYNs fall as the check would make them fall, but the capture lacks something for certainty, such as the ' +
      'closes that set the timestamp; or the counter says that SYNs were rejected and the capture cannot show which.',
    evidence: 'evidence: TcpExt.PAWSPassive grew, although the capture by itself accuses nobody',
    advice: 'Bring the counters from before and after, or the capture that the report asks for.',
  },
  possible: {
    title: 'it could be',
    meaning: 'What was seen fits the check, but is too little to tell it from chance or from another cause.',
    evidence: null,
    advice: 'Capture longer, and bring sysctl -a and the counters (synscope plan prints how).',
  },
  'cannot-tell': {
    title: 'this capture cannot answer',
    meaning: 'What would decide is not in the capture. That says nothing about the target, neither way.',
    evidence: null,
    advice: 'Capture again as the report says (synscope plan prints a script).',
  },
  'no-evidence': {
    title: 'nothing points to it',
    meaning: 'The capture could have shown rejected SYNs, and shows none beyond chance.',
    evidence: null,
    advice: 'Look at the other causes that the report lists.',
  },
  'ruled-out': {
    title: 'it is not that',
    meaning: 'The check is not at work on the target.',
    evidence:
      'evidence: the running kernel has tcp_tw_recycle = 0, lacks the switch or the counter, or its counter stood still',
    advice: 'Look at the other causes that the report lists.',
  },
};

/** Every grade, explained; how it is earned comes from the rules themselves. */
export function explainGrade(grade: Grade): Explanation {
  const { title, meaning, evidence, advice } = FACTS[grade];
  const rules = GRADE_RULES.filter((rule) => rule.grade === grade).map((rule) => rule.when);
  return {
    title,
    meaning,
    recognised: [...rules, ...(evidence === null ? [] : [evidence])].map(asSentence),
    kernel: null,
    advice: { text: advice, commands: [] },
  };
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

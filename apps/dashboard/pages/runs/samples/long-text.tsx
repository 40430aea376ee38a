import { Code, Text } from '@mantine/core';

interface LongTextProps {
  label: string;
  hidesLabel?: boolean;
  children: React.ReactNode;
}

/** Text of any length as it was written: it wraps, and scrolls where it would push all else away. */
export function LongText({ label, hidesLabel = false, children }: LongTextProps) {
  return (
    <div>
      {!hidesLabel && (
        <Text size="sm" fw={600} mb={4}>
          {label}
        </Text>
      )}
      <Code
        block
        tabIndex={0}
        role="group"
        aria-label={label}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 420, overflow: 'auto' }}
      >
        {children}
      </Code>
    </div>
  );
}

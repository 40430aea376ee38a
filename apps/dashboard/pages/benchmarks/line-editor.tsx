import { useRef } from 'react';
import classes from './line-editor.module.css';

interface LineEditorProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Lines that something is wrong with, counted from 1. */
  marked: ReadonlySet<number>;
}

/** Text with the numbers of its lines. Tab leaves it, as in every other field. */
export function LineEditor({ label, value, onChange, marked }: LineEditorProps) {
  const numbers = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  return (
    <div className={classes['frame']}>
      <div className={classes['numbers']} ref={numbers} aria-hidden>
        {Array.from({ length: lines }, (_, i) => (
          <div key={i} data-marked={marked.has(i + 1) || undefined}>
            {i + 1}
          </div>
        ))}
      </div>
      <textarea
        className={classes['text']}
        aria-label={label}
        aria-invalid={marked.size > 0}
        value={value}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        onScroll={({ currentTarget }) => {
          if (numbers.current) numbers.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

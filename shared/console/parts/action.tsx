import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api/answers';
import { problemOf } from '../api/call';
import { permission } from '../api/permissions';
import { texts } from '../texts';
import { ProblemBox } from './problem-box';

/** Why the user may not, in words; undefined: they may. */
export function whyNot(operationId: string): string | undefined {
  const may = permission(operationId);
  if (may === 'yes') return undefined;
  return may === 'not-served' ? texts.notServed : texts.needsRole(may.needs);
}

interface ActionProps {
  /** The operation of the API that it calls: decides whether the user may. */
  readonly operation: string;
  readonly onAct: () => unknown;
  readonly kind?: 'main' | 'danger';
  /** Something else that stands in the way. */
  readonly blockedBy?: string | undefined;
  readonly children: ComponentChildren;
}

/** A button that is there for everybody, and says why it does nothing for those who may not. */
export function Action({ operation, onAct, kind, blockedBy, children }: ActionProps): JSX.Element {
  const id = useId();
  const [isBusy, setIsBusy] = useState(false);
  const reason = whyNot(operation) ?? blockedBy;
  const act = (): void => {
    if (reason !== undefined || isBusy) return;
    setIsBusy(true);
    void Promise.resolve(onAct()).finally(() => setIsBusy(false));
  };
  return (
    <span class="action">
      <button
        type="button"
        class={kind}
        aria-disabled={reason !== undefined || isBusy}
        aria-describedby={reason === undefined ? undefined : id}
        onClick={act}
      >
        {children}
      </button>
      {reason === undefined ? null : (
        <span id={id} class="reason">
          {reason}
        </span>
      )}
    </span>
  );
}

interface AskProps {
  readonly operation: string;
  readonly label: string;
  /** What it does, for whoever has to decide. */
  readonly explains: string;
  readonly kind?: 'main' | 'danger';
  readonly blockedBy?: string | undefined;
  /** Resolves when it is done; what it throws is shown, and the dialog stays. */
  readonly onConfirm: (form: FormData) => Promise<void>;
  /** Fields of the form. */
  readonly children?: ComponentChildren;
}

/** A button with a dialog before it: what will happen, what is needed for it, and the problem when it is refused. */
export function Ask({ operation, label, explains, kind, blockedBy, onConfirm, children }: AskProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setIsBusy(true);
    setProblem(undefined);
    try {
      await onConfirm(new FormData(event.target as HTMLFormElement));
      dialog.current?.close();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <>
      <Action operation={operation} blockedBy={blockedBy} onAct={() => dialog.current?.showModal()}>
        {label}
      </Action>
      <dialog ref={dialog} aria-labelledby={title} onClose={() => setProblem(undefined)}>
        <form onSubmit={(event) => void submit(event)}>
          <h2 id={title}>{label}</h2>
          <p>{explains}</p>
          {children}
          {problem === undefined ? null : <ProblemBox problem={problem} />}
          <div class="buttons">
            <button type="submit" class={kind ?? 'main'} aria-disabled={isBusy}>
              {label}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              {texts.cancel}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

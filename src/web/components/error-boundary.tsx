import { Component, type ReactNode } from 'react';
import { ProblemView } from './problem-view.tsx';

interface Props {
  /** What is shown: an error is forgotten when it changes. */
  readonly of: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
  readonly of: string;
}

/** Keeps an error of one page from taking the rest with it. React has this for classes alone. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, of: this.props.of };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ of }: Props, state: State): State | null {
    return state.of === of ? null : { error: undefined, of };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <>
        <h1>This page failed</h1>
        <ProblemView error={error} retry={() => this.setState({ error: undefined })} />
      </>
    );
  }
}

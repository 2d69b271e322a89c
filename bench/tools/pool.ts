/** Work spread over threads: a script answers tasks one by one, whichever thread is free takes the next. */
import { parentPort, Worker } from 'node:worker_threads';

interface Question {
  index: number;
  task: unknown;
}

interface Answered {
  index: number;
  answer: unknown;
}

/** In a worker's script: answers every task that comes. */
export function answerTasks<Task, Answer>(work: (task: Task) => Answer): void {
  parentPort!.on('message', ({ index, task }: Question) => {
    parentPort!.postMessage({ index, answer: work(task as Task) } satisfies Answered);
  });
}

const starter = new URL('./thread.mjs', import.meta.url);

/** Threads that all run one script, which calls `answerTasks`. */
export class Pool {
  private readonly workers: Worker[];

  constructor(script: URL, threads: number) {
    this.workers = Array.from(
      { length: threads },
      () => new Worker(starter, { workerData: script.href }),
    );
  }

  /** The answers in the order of the tasks. One call at a time; an error in a worker rejects it. */
  run<Task, Answer>(tasks: Task[]): Promise<Answer[]> {
    return new Promise((resolve, reject) => {
      const answers = new Array<Answer>(tasks.length);
      let next = 0;
      let done = 0;
      const ask = (worker: Worker) => {
        if (next >= tasks.length) return;
        worker.postMessage({ index: next, task: tasks[next] } satisfies Question);
        next++;
      };
      for (const worker of this.workers) {
        worker.removeAllListeners();
        worker.on('error', reject);
        worker.on('message', ({ index, answer }: Answered) => {
          answers[index] = answer as Answer;
          done++;
          if (done === tasks.length) resolve(answers);
          else ask(worker);
        });
        ask(worker);
      }
      if (tasks.length === 0) resolve(answers);
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

import { describe, expect, test } from '@jest/globals';
import { failedIds, queue, sqsEvent, type WorkerQueue } from '../../../../local/runtime/queues/queue.ts';

const arn = 'arn:aws:sqs:ap-northeast-1:111122223333:work';
const plain = (): WorkerQueue => queue({ arn, fifo: false, deadLetters: null });
const fifo = (): WorkerQueue => queue({ arn, fifo: true, deadLetters: null });

describe('a queue', () => {
  test('hides what it has handed out, and forgets what was deleted', () => {
    const work = plain();
    work.send('a');
    const [message] = work.receive(10, 0);
    expect(work.receive(10, 0)).toEqual([]);
    if (message !== undefined) work.delete(message);
    expect(work.messages()).toEqual([]);
  });

  test('shows a failed message again only after its delay', () => {
    const work = plain();
    work.send('a');
    for (const message of work.receive(10, 0)) work.release(message, 0, 500);
    expect(work.nextVisibleAt(0)).toBe(500);
    expect(work.nextVisibleAt(500)).toBe(null);
    expect(work.receive(10, 499)).toEqual([]);
    expect(work.receive(10, 500).map(({ body, receiveCount }) => ({ body, receiveCount }))).toEqual([
      { body: 'a', receiveCount: 2 },
    ]);
  });

  test('moves a message that failed too often to its dead letters', () => {
    const dead = plain();
    const work = queue({ arn, fifo: false, deadLetters: { queue: () => dead, maxReceiveCount: 2 } });
    work.send('poison');
    for (let time = 0; time < 2; time += 1)
      for (const message of work.receive(10, time)) work.release(message, time, 0);
    expect(work.messages()).toEqual([]);
    expect(dead.messages().map(({ body }) => body)).toEqual(['poison']);
  });

  test('in order: holds back a group that is being worked on, and no other', () => {
    const work = fifo();
    work.send('a1', { group: 'a', deduplication: '1' });
    expect(work.receive(1, 0).map(({ body }) => body)).toEqual(['a1']);
    work.send('a2', { group: 'a', deduplication: '2' });
    work.send('b1', { group: 'b', deduplication: '3' });
    expect(work.receive(10, 0).map(({ body }) => body)).toEqual(['b1']);
  });

  test('in order: hands out as many of one group as there are, and then those of the next', () => {
    const work = fifo();
    for (const n of [1, 2, 3])
      for (const group of ['a', 'b', 'c']) work.send(`${group}${n}`, { group, deduplication: `${group}${n}` });
    expect(work.receive(4, 0).map(({ body }) => body)).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(work.receive(4, 0).map(({ body }) => body)).toEqual(['c1', 'c2', 'c3']);
  });

  test('in order: holds back a group whose message waits for another try', () => {
    const work = fifo();
    work.send('a1', { group: 'a', deduplication: '1' });
    work.send('a2', { group: 'a', deduplication: '2' });
    const [first, second] = work.receive(10, 0);
    if (first !== undefined) work.release(first, 0, 1000);
    if (second !== undefined) work.release(second, 0, 0);
    expect(work.receive(10, 10)).toEqual([]);
    expect(work.nextVisibleAt(10)).toBe(1000);
  });

  test('takes a deduplication id once, and refuses a message without a group', () => {
    const work = fifo();
    work.send('a', { group: 'a', deduplication: '1' });
    work.send('a', { group: 'a', deduplication: '1' });
    expect(work.messages().length).toBe(1);
    expect(() => work.send('b')).toThrow('needs a group');
  });
});

test('the ids of a partial failure are read, and any other answer is a success', () => {
  expect([...failedIds({ batchItemFailures: [{ itemIdentifier: 'x' }] })]).toEqual(['x']);
  expect([...failedIds(null)]).toEqual([]);
  expect([...failedIds({})]).toEqual([]);
});

test('an event names its queue, its message and how often it was received', () => {
  const work = fifo();
  work.send('{"caseKey":"k"}', { group: 'k', deduplication: '1' });
  const batch = work.receive(1, 0);
  expect(sqsEvent(arn, 'ap-northeast-1', batch)).toMatchObject({
    Records: [
      {
        messageId: batch[0]?.id,
        body: '{"caseKey":"k"}',
        attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'k' },
        eventSource: 'aws:sqs',
        eventSourceARN: arn,
      },
    ],
  });
});

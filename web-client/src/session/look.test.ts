import { describe, expect, it, vi } from 'vitest';
import { LookKeeper, type Look } from './look';

const look: Look = {
  id: 'imp_1',
  name: '김도아',
  until: '2026-11-28T03:15:00Z',
  accessToken: 'the buyer’s',
  from: '/admin/orders/ord_1',
};

/** A tab, whose storage outlives its documents. */
function newTab() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const open = vi.fn<(path: string) => void>();
  return { kept, open, load: () => new LookKeeper({ storage, open }) };
}

describe('LookKeeper', () => {
  it('leaves a document with its own reader when a look begins, and has the next one read as somebody else', async () => {
    const { open, load } = newTab();
    const before = load();
    before.begin(look);
    expect(open).toHaveBeenCalledExactlyOnceWith('/');
    expect(before.tokens()).toBeNull();
    expect(before.isStale()).toBe(true);

    const after = load();
    expect(after.current).toEqual(look);
    expect(after.isStale()).toBe(false);
    expect(await after.tokens()?.token()).toBe('the buyer’s');
  });

  it('keeps the look over a reload, and in its own tab alone', () => {
    const { load } = newTab();
    load().begin(look);
    load();
    expect(load().current).toEqual(look);
    expect(newTab().load().current).toBeNull();
  });

  it('goes back to where it began when it is ended, forgets the token, and tells of it once', () => {
    const { kept, open, load } = newTab();
    load().begin(look);
    load().leave(true);
    expect(open).toHaveBeenLastCalledWith('/admin/orders/ord_1');
    expect([...kept.values()].join()).not.toContain('the buyer’s');
    const after = load();
    expect([after.current, after.tokens(), after.past]).toEqual([null, null, { name: '김도아', endedHere: true }]);
    expect(load().past).toBeNull();
  });

  it('is over when its token is refused: nothing is sent again, by whoever reads next', async () => {
    const { open, load } = newTab();
    load().begin(look);
    const document = load();
    const renewed = await Promise.all([document.tokens()?.refresh(), document.tokens()?.refresh()]);
    expect(renewed).toEqual([null, null]);
    expect(open.mock.calls).toEqual([['/'], ['/admin/orders/ord_1']]);
    expect(load().past).toEqual({ name: '김도아', endedHere: false });
  });

  it('does not undo, by a late refusal, what was ended or begun since', () => {
    const { open, load } = newTab();
    load().begin(look);
    const document = load();
    document.leave(true);
    document.leave(false);
    expect(load().past).toEqual({ name: '김도아', endedHere: true });
    load().begin({ ...look, id: 'imp_2' });
    document.leave(false);
    expect(load().current?.id).toBe('imp_2');
    expect(open).toHaveBeenCalledTimes(3);
  });

  it('has nothing to leave without a look', () => {
    const { open, load } = newTab();
    load().leave(false);
    expect(open).not.toHaveBeenCalled();
    expect(load().past).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { changesOf, correctionInput, openRequest, type Particulars } from './particulars';

const now: Particulars = {
  name: '도아공방',
  representativeName: '김도아',
  mailOrderNumber: '2025-서울강남-01234',
  taxType: 'GENERAL',
  address: '서울특별시 강남구 테헤란로 123',
};
const nothing = { name: null, representativeName: null, mailOrderNumber: null, taxType: null, address: null };

describe('a correction', () => {
  it('asks for what is other than now, and for nothing else', () => {
    const typed = { ...now, address: ' 서울특별시 중구 을지로 1 ', taxType: 'EXEMPT' as const, reason: ' 이전 ' };
    expect(correctionInput('sel_1', now, typed)).toEqual({
      ...nothing,
      sellerId: 'sel_1',
      taxType: 'EXEMPT',
      address: '서울특별시 중구 을지로 1',
      reason: '이전',
    });
    expect(correctionInput('sel_1', now, { ...now, name: ' 도아공방 ', reason: '이전' })).toBeNull();
  });

  it('is told beside what was so before, or while it is open, what is so now', () => {
    const wanted = { ...nothing, name: '도아목공' };
    expect(changesOf({ wanted, before: null }, now)).toEqual([{ name: 'name', before: '도아공방', wanted: '도아목공' }]);
    const approved = { wanted, before: { ...nothing, name: '옛 이름' } };
    expect(changesOf(approved, now)).toEqual([{ name: 'name', before: '옛 이름', wanted: '도아목공' }]);
  });

  it('is open until it is decided', () => {
    const request = { id: 'spr_1', wanted: nothing, before: null, reason: '', requestedAt: '', decidedAt: null, decision: null };
    expect(openRequest([{ ...request, state: 'REJECTED' }])).toBeNull();
    expect(openRequest([{ ...request, state: 'REJECTED' }, { ...request, id: 'spr_2', state: 'OPEN' }])?.id).toBe('spr_2');
  });
});

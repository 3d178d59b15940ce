import { describe, expect, it } from 'vitest';
import { isSlug, parentsFor, placed, reordered } from './categoryTree';

const node = (id: string, ...children: ReturnType<typeof leaf>[]) => ({ ...leaf(id), children });
const leaf = (id: string) => ({ id, slug: id, name: id.toUpperCase() });

const tree = [node('fashion', node('shirts', leaf('linen')), leaf('hats')), node('books'), node('home', leaf('lamps'))];
const all = placed(tree);
const at = (id: string) => {
  const place = all.find((one) => one.node.id === id);
  if (place === undefined) throw new Error(`There is no ${id}.`);
  return place;
};

describe('the category tree', () => {
  it('tells of every category where it stands', () => {
    expect(all.map((one) => [one.level, one.path])).toEqual([
      [1, 'FASHION'],
      [2, 'FASHION › SHIRTS'],
      [3, 'FASHION › SHIRTS › LINEN'],
      [2, 'FASHION › HATS'],
      [1, 'BOOKS'],
      [1, 'HOME'],
      [2, 'HOME › LAMPS'],
    ]);
    expect([at('hats').parentId, at('hats').siblings]).toEqual(['fashion', ['shirts', 'hats']]);
    expect(at('books').parentId).toBeNull();
  });

  it.each([
    // One that has others below it needs room for them.
    ['shirts', ['books', 'home']],
    ['linen', ['fashion', 'hats', 'books', 'home', 'lamps']],
    ['hats', ['shirts', 'books', 'home', 'lamps']],
    ['fashion', []],
    ['home', ['fashion', 'books']],
  ])('has places for %s', (id, expected) => {
    expect(parentsFor(all, at(id)).map((one) => one.node.id)).toEqual(expected);
  });
});

describe('the order of a level', () => {
  it('changes by a step, within the level', () => {
    expect(reordered(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c']);
    expect(reordered(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b']);
    expect(reordered(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
    expect(reordered(['a', 'b'], 'b', 1)).toEqual(['a', 'b']);
  });
});

describe('a name in addresses', () => {
  it.each([
    ['women-fashion', true],
    ['3c', true],
    ['-a', false],
    ['a-', false],
    ['Women', false],
    ['의류', false],
    ['', false],
  ])('%j is one: %s', (text, expected) => {
    expect(isSlug(text)).toBe(expected);
  });
});

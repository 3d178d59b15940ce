import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState, type FocusEvent, type FormEvent, type KeyboardEvent } from 'react';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { SearchSuggestionsDocument } from '../shop/operations';
import { suggestionTarget } from '../shop/search';
import { SearchIcon } from '../ui/icons';
import styles from './shell.module.css';

/** The search box, with what to look for while somebody types. */
export function SearchForm() {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  const searched = pathname === '/search' ? (params.get('q') ?? '') : '';
  const [text, setText] = useState(searched);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => setText(searched), [searched]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpen(false);
    const wanted = text.trim();
    if (wanted !== '') void navigate(`/search?q=${encodeURIComponent(wanted)}`);
  };
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  /** Up and down go through the box and the suggestions; escape closes them. */
  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const stops = [...(box.current?.querySelectorAll<HTMLElement>('input, a') ?? [])];
    const next = stops[stops.indexOf(document.activeElement as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  };
  return (
    <div ref={box} className={styles.searchBox} onBlur={leave} onKeyDown={move}>
      <form role="search" className={styles.search} onSubmit={submit}>
        <input
          type="search"
          autoComplete="off"
          aria-label={m.common.search}
          placeholder={m.common.searchPlaceholder}
          value={text}
          maxLength={100}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setOpen(true);
          }}
        />
        <button type="submit" aria-label={m.common.search}>
          <SearchIcon />
        </button>
      </form>
      {open && <Suggestions text={text.trim()} close={() => setOpen(false)} />}
    </div>
  );
}

function Suggestions({ text, close }: { text: string; close: () => void }) {
  const { m } = useI18n();
  const [typed] = useDebouncedValue(text, 150);
  const { data } = useApiQuery(SearchSuggestionsDocument, { text: typed }, { pause: typed === '', policy: 'cache-first' });
  const found = typed === '' || text === '' ? [] : (data?.searchSuggestions ?? []);
  if (found.length === 0) return null;
  return (
    <ul className={styles.suggestions} aria-label={m.common.searchSuggestions}>
      {found.map((suggestion) => (
        <li key={`${suggestion.kind} ${suggestion.text}`}>
          <Link to={suggestionTarget(suggestion)} onClick={close}>
            <span>{suggestion.text}</span>
            <small>{m.common.suggestionKinds[suggestion.kind]}</small>
          </Link>
        </li>
      ))}
    </ul>
  );
}

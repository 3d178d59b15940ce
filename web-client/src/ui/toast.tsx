import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './ui.module.css';

interface Toast {
  id: number;
  text: string;
  link?: { to: string; label: string } | undefined;
}

type ShowToast = (text: string, link?: { to: string; label: string }) => void;

const ToastContext = createContext<ShowToast>(() => undefined);
const lifeMs = 5000;

/** Short confirmations at the foot of the page, announced politely. Failures stay beside what failed instead. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const nextId = useRef(1);
  const show = useCallback<ShowToast>((text, link) => {
    const id = nextId.current++;
    setToasts((current) => [...current.slice(-2), { id, text, link }]);
    window.setTimeout(() => setToasts((current) => current.filter((toast) => toast.id !== id)), lifeMs);
  }, []);
  return (
    <ToastContext value={show}>
      {children}
      <div className={styles.toasts} role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={styles.toast}>
            <span>{toast.text}</span>
            {toast.link && <Link to={toast.link.to}>{toast.link.label}</Link>}
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

export function useToast(): ShowToast {
  return useContext(ToastContext);
}

import { Toast } from '@base-ui/react/toast';
import styles from './toast-list.module.css';

/** Where a toast leads. */
export interface ToastLink {
  readonly text: string;
  readonly href: string;
}

const manager = Toast.createToastManager<{ readonly link?: ToastLink }>();

/** See `notify`. */
export function addToast(title: string, description?: string, link?: ToastLink): void {
  manager.add({ title, ...(description === undefined ? {} : { description }), ...(link && { data: { link } }) });
}

/** Where {@link addToast} shows what it says. */
export function ToastList() {
  return (
    <Toast.Provider toastManager={manager} timeout={5000} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className={styles['viewport']}>
          <Shown />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Shown() {
  const { toasts } = Toast.useToastManager<{ readonly link?: ToastLink }>();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles['toast']}>
      <Toast.Content className={styles['content']}>
        <div>
          <Toast.Title className={styles['title']} />
          <Toast.Description className={styles['description']} />
          {toast.data?.link && <a href={toast.data.link.href}>{toast.data.link.text}</a>}
        </div>
        <Toast.Close aria-label="Close">✕</Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

import { Toast } from '@base-ui/react/toast';
import styles from './toast-list.module.css';

const manager = Toast.createToastManager();

/** See `notify`. */
export function addToast(title: string, description?: string): void {
  manager.add({ title, ...(description === undefined ? {} : { description }) });
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
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles['toast']}>
      <Toast.Content className={styles['content']}>
        <div>
          <Toast.Title className={styles['title']} />
          <Toast.Description className={styles['description']} />
        </div>
        <Toast.Close aria-label="Close">✕</Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

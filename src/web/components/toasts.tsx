import { Toast } from '@base-ui/react/toast';
import styles from './toasts.module.css';

const manager = Toast.createToastManager();

/** Says in a corner of the page what was done, without waiting for an answer. Screen readers announce it. */
export function notify(title: string, description?: string): void {
  manager.add({ title, ...(description === undefined ? {} : { description }) });
}

/** Where {@link notify} shows what it says. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} timeout={5000} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className={styles['viewport']}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
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

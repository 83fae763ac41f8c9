import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ReportData } from '../../server/index.ts';
import { ReportPage } from './report-page.tsx';
import '../styles/tokens.css';
import '../styles/base.css';
import './print.css';

const root = document.getElementById('root');
const data = document.getElementById('data')?.textContent;
if (root !== null && data !== undefined) {
  createRoot(root).render(
    <StrictMode>
      <ReportPage data={JSON.parse(data) as ReportData} />
    </StrictMode>,
  );
}

import { Link } from '@tanstack/react-router';
import { Logo } from '../components/logo.tsx';

export function HomeLink() {
  return (
    <Link to="/" className="flex items-center gap-3 rounded-sm">
      <Logo />
      <span className="text-lg font-semibold tracking-tight">VoiceFlow</span>
    </Link>
  );
}

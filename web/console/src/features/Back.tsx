import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import { useDeskState } from "../desk/context";
import { attention } from "../desk/state";
import { useWords } from "../i18n";
import css from "./Back.module.css";

/** On a phone: back to the list, and how much calls there. */
export function Back({ href, to }: { href: string; to: string }) {
  const { t } = useWords();
  const calling = useDeskState(attention);
  return (
    <Link href={href} className={css.back} aria-label={calling ? `${to}, ${t("inbox.calling", { n: calling })}` : to} data-testid="back">
      <ArrowLeft size={20} aria-hidden />
      {calling > 0 && <b aria-hidden>{calling}</b>}
    </Link>
  );
}

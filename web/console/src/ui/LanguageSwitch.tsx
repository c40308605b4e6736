import { Languages } from "lucide-react";
import { useWords } from "../i18n";
import { Button } from "./ui";

/** Offers the other language, in that language's own words. */
export function LanguageSwitch({ compact }: { compact?: boolean }) {
  const { language, choose } = useWords();
  const other = language === "en" ? "zh" : "en";
  const name = other === "zh" ? "中文" : "English";
  return (
    <Button
      look="quiet"
      small={!compact}
      icon={compact ?? false}
      lang={other}
      title={name}
      aria-label={name}
      onClick={() => choose(other)}
      data-testid="language"
    >
      {compact ? <Languages size={20} strokeWidth={1.7} aria-hidden /> : name}
    </Button>
  );
}

import { useQuery } from "@tanstack/react-query";
import { BookOpenText, TriangleAlert } from "lucide-react";
import { useDesk } from "../../desk/context";
import { useWords } from "../../i18n";
import { Button, Empty } from "../../ui/ui";
import { Back } from "../Back";
import css from "./Usage.module.css";

/** For supervisors: what agents did with each article's suggestions, those first that most need looking after. */
export function Usage() {
  const { t } = useWords();
  const { api } = useDesk();
  const { data, isError, refetch } = useQuery({ queryKey: ["usage"], queryFn: api.usage, staleTime: 0, select: (a) => a.articles });
  return (
    <main className={css.main} tabIndex={-1} aria-label={t("usage.title")}>
      <Back href="/" to={t("nav.inbox")} />
      {isError ? (
        <Empty icon={TriangleAlert} title={t("usage.failed")} action={<Button onClick={() => void refetch()}>{t("app.retry")}</Button>} />
      ) : data?.length === 0 ? (
        <Empty icon={BookOpenText} title={t("usage.empty")}>
          {t("usage.lead")}
        </Empty>
      ) : (
        <div className={css.page} aria-busy={!data}>
          <h1>{t("usage.title")}</h1>
          <p>{t("usage.lead")}</p>
          {data && (
            <table data-testid="usage">
              <thead>
                <tr>
                  <th scope="col">{t("usage.article")}</th>
                  <th scope="col">{t("usage.used")}</th>
                  <th scope="col">{t("usage.edited")}</th>
                  <th scope="col">{t("usage.rejected")}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((one) => (
                  <tr key={one.article}>
                    <th scope="row">{one.article}</th>
                    <td>{one.used}</td>
                    <td>{one.edited}</td>
                    <td>{one.rejected}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      )}
    </main>
  );
}

using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>How different the agents of each debate are, and how that changes over the iterations.</summary>
internal static class DiversitySection
{
    public static XElement? Render(ReportData data)
    {
        MethodResult[] rows = [.. data.Summary.Methods.Where(row => row.Diversity is not null)];
        if (rows.Length == 0) return null;
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Diversity"),
            Html.Table(
                ["Debate", .. DiversityFigures.Named.Select(figure => figure.Title), "First answers", "Last answers"],
                rows.Select(row => Row(data.Label(row.Name, row.Iteration), row.Diversity!))),
            data.Plots.Diversity(),
            Html.Element(
                "p",
                "soft",
                $"Likelihoods and KL are in nats a token. All is measured on the first {data.Config.DiversityProblems} evaluation debates (critics: on the first in which they spoke). "
                + "Likelihoods are those of critics' last answers under each of the other critics, and under the critic that wrote them. "
                + "KL is that of the other's distribution of the next token from the author's, along the author's answers: critics' last ones, generators' first ones. "
                + "Embeddings are means of "
                + (data.Config.EmbeddingModel.Length == 0 ? "the base model's" : $"{Path.GetFileName(data.Config.EmbeddingModel)}'s")
                + " hidden states; dissimilarity is 1 − cosine, between answers to the same problem that agree with the vote."));
    }

    /// <summary>The cells of a table's row.</summary>
    private static string[] Row(string label, DiversityFigures figures) =>
    [
        label,
        .. DiversityFigures.Named.Select(figure => figure.Of(figures) is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–"),
        Html.Count(figures.GeneratorResponses),
        Html.Count(figures.CriticResponses),
    ];
}

using System.Globalization;
using System.Text;
using CsvHelper;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using Parquet.Serialization;

namespace MultiagentFT.Runs.Experiments;

/// <summary>The results of an experiment as files: Markdown to read, JSON whole, CSV and Parquet with a line for each seed and row.</summary>
public static class ExperimentTable
{
    /// <summary>Writes <c>results.md</c>, <c>results.json</c>, <c>results.csv</c> and <c>results.parquet</c>.</summary>
    public static async Task WriteAsync(ExperimentResults results, string folder, MethodCatalog catalog, CancellationToken cancellation)
    {
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), Markdown(results, catalog));
        JsonFile.Write(Path.Combine(folder, "results.json"), results);
        var lines = Lines(results).ToList();
        AtomicFile.WriteText(Path.Combine(folder, "results.csv"), Csv(lines));
        using var parquet = new MemoryStream();
        await ParquetSerializer.SerializeAsync(lines, parquet, cancellationToken: cancellation).ConfigureAwait(false);
        AtomicFile.Write(Path.Combine(folder, "results.parquet"), stream => stream.Write(parquet.ToArray()));
    }

    /// <summary>A table for each model and task, and the comparisons of its last finetuned society.</summary>
    public static string Markdown(ExperimentResults results, MethodCatalog catalog)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {results.Name}\n\n");
        if (results.Finished < results.Runs) text.Append(CultureInfo.InvariantCulture, $"{results.Finished} of {results.Runs} runs have ended.\n\n");
        foreach (var note in results.Notes) text.Append(note).Append(".\n\n");
        if (ExperimentOverview.Of(results, catalog) is { } overview)
        {
            text.Append(CultureInfo.InvariantCulture, $"Accuracy, ± one standard error, %:\n\n| method, iteration | {string.Join(" | ", overview.Columns)} |\n");
            text.Append(CultureInfo.InvariantCulture, $"| --- | {string.Join(" | ", overview.Columns.Select(_ => "---"))} |\n");
            foreach (var line in overview.Lines) text.Append(CultureInfo.InvariantCulture, $"| {line.Title(catalog)} | {string.Join(" | ", line.Cells)} |\n");
            text.Append('\n');
        }
        foreach (var group in results.Rows.GroupBy(row => (row.Model, row.Task)))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group.Key.Model}, {group.Key.Task}\n\n");
            text.Append(
                CultureInfo.InvariantCulture,
                $"| method | iteration | accuracy | 95 % | seed {string.Join(", ", group.First().Seeds)} | tokens generated | to make data | trained | turned right, wrong | consensus | new answers |\n");
            text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (var row in group)
            {
                var seeds = string.Join(", ", row.Accuracies.Select(accuracy => accuracy is { } known ? Invariant($"{100 * known:0.0}") : "–"));
                text.Append(CultureInfo.InvariantCulture, $"| {catalog.Title(row.Method)} | {row.Iteration} | {row.AccuracyText} ");
                text.Append(CultureInfo.InvariantCulture, $"| {row.IntervalText} | {seeds} | {row.GeneratedTokens:#,0} ");
                text.Append(CultureInfo.InvariantCulture, $"| {row.TrainingGeneratedTokens:#,0} | {row.TrainedTokens:#,0} ");
                text.Append(CultureInfo.InvariantCulture, $"| {row.WrongToRight}, {row.RightToWrong} | {100 * row.Consensus:0.0} % ");
                text.Append(CultureInfo.InvariantCulture, $"| {(row.Revisions?.NewShare is { } share ? Invariant($"{100 * share:0.0} %") : "–")} |\n");
            }
            text.Append('\n');
            AppendDiversity(text, [.. group.Where(row => row.Diversity is not null)], catalog);
            foreach (var gain in results.Gains.Where(gain => (gain.Model, gain.Task) == group.Key)) text.Append(Describe(gain, catalog)).Append('\n');
            text.Append('\n');
        }
        return text.ToString();
    }

    private static void AppendDiversity(StringBuilder text, IReadOnlyList<ExperimentRow> rows, MethodCatalog catalog)
    {
        if (rows.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"| diversity | iteration | {string.Join(" | ", DiversityFigures.Named.Select(figure => figure.Title))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| --- | --- | {string.Join(" | ", DiversityFigures.Named.Select(_ => "---"))} |\n");
        foreach (var row in rows)
        {
            var figures = DiversityFigures.Named.Select(figure => figure.Of(row.Diversity!) is { } value ? Invariant($"{value:0.0000}") : "–");
            text.Append(CultureInfo.InvariantCulture, $"| {catalog.Title(row.Method)} | {row.Iteration} | {string.Join(" | ", figures)} |\n");
        }
        text.Append('\n');
    }

    /// <summary>One sentence, as an item of a list.</summary>
    private static string Describe(PooledGain gain, MethodCatalog catalog)
    {
        var over = gain.OverIteration == 0 ? catalog.Title(gain.Over) : $"{catalog.Title(gain.Over)} {gain.OverIteration}";
        var errors = gain.StandardError > 0 ? Invariant($", {gain.Difference / gain.StandardError:0.0} standard errors") : "";
        var bootstrap = gain.Interval is { } interval ? Invariant($", {100 * interval.Low:+0.0;-0.0;0.0} to {100 * interval.High:+0.0;-0.0;0.0} (bootstrap, 95 %)") : "";
        return Invariant($"- {catalog.Title(gain.Name)} {gain.Iteration} over {over}: {100 * gain.Difference:+0.0;-0.0;0.0} ± {100 * gain.StandardError:0.0} points{errors}{bootstrap}; ")
            + Invariant($"{gain.Won} problems won, {gain.Lost} lost, p {gain.PValueText}");
    }

    private static string Csv(IEnumerable<ExperimentLine> lines)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(writer, CultureInfo.InvariantCulture)) csv.WriteRecords(lines);
        return writer.ToString();
    }

    private static IEnumerable<ExperimentLine> Lines(ExperimentResults results) =>
        from row in results.Rows
        from run in row.Accuracies.Index()
        select new ExperimentLine
        {
            Model = row.Model,
            Task = row.Task,
            Method = row.Method,
            Iteration = row.Iteration,
            Run = run.Index + 1,
            Seed = row.Seeds[run.Index],
            Accuracy = run.Item,
            PooledAccuracy = row.Accuracy,
            Low = row.Accuracy is null ? null : row.Interval.Low,
            High = row.Accuracy is null ? null : row.Interval.High,
            GeneratedTokens = row.GeneratedTokens,
            TrainingGeneratedTokens = row.TrainingGeneratedTokens,
            TrainedTokens = row.TrainedTokens,
            Seconds = row.Seconds,
            Consensus = row.Consensus,
            NewAnswers = row.Revisions?.NewShare,
            HeldOutNegativeLogLikelihood = row.Diversity?.HeldOutNegativeLogLikelihood,
            OwnNegativeLogLikelihood = row.Diversity?.OwnNegativeLogLikelihood,
            CriticDivergence = row.Diversity?.CriticDivergence,
            GeneratorDivergence = row.Diversity?.GeneratorDivergence,
            CriticDivergenceFromBase = row.Diversity?.CriticDivergenceFromBase,
            GeneratorDivergenceFromBase = row.Diversity?.GeneratorDivergenceFromBase,
            CriticDissimilarity = row.Diversity?.CriticDissimilarity,
            GeneratorDissimilarity = row.Diversity?.GeneratorDissimilarity,
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

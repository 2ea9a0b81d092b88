using System.Globalization;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Experiments;

/// <summary>All models and tasks of an experiment side by side, as the paper's table 1 has methods over tasks.</summary>
/// <param name="Columns">What each column is of: the task, the model, or both where both vary.</param>
/// <param name="Lines">By iteration, then in the order of the catalog.</param>
public sealed record ExperimentOverview(IReadOnlyList<string> Columns, IReadOnlyList<ExperimentOverview.Line> Lines)
{
    /// <param name="results">The results.</param>
    /// <param name="catalog">The order of methods.</param>
    /// <returns>Null where there is one model on one task only.</returns>
    public static ExperimentOverview? Of(ExperimentResults results, MethodCatalog catalog)
    {
        var columns = results.Rows.Select(row => (row.Model, row.Task)).Distinct().ToList();
        if (columns.Count < 2) return null;
        var (models, tasks) = (columns.Select(column => column.Model).Distinct().Count(), columns.Select(column => column.Task).Distinct().Count());
        var cells = results.Rows.ToDictionary(row => (row.Model, row.Task, row.Method, row.Iteration));
        return new ExperimentOverview(
            [.. columns.Select(column => models == 1 ? column.Task : tasks == 1 ? column.Model : $"{column.Model}, {column.Task}")],
            [.. results.Rows.Select(row => (row.Method, row.Iteration)).Distinct().OrderBy(line => line.Iteration).ThenBy(line => catalog.Order(line.Method)).Select(line => new Line(
                line.Method, line.Iteration, [.. columns.Select(column => Text(cells.GetValueOrDefault((column.Model, column.Task, line.Method, line.Iteration))))]))]);
    }

    /// <summary>Accuracy and one standard error in per cent; what was not measured, or has no known answers, is a dash.</summary>
    private static string Text(ExperimentRow? row) => row?.Accuracy is { } accuracy
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * accuracy:0.0} ± {100 * Math.Sqrt(accuracy * (1 - accuracy) / row.Problems):0.0}")
        : "–";

    /// <param name="Method">Key of the method.</param>
    /// <param name="Iteration">Iterations of finetuning before.</param>
    /// <param name="Cells">By column, such as <c>93.9 ± 0.6</c>.</param>
    public sealed record Line(string Method, int Iteration, IReadOnlyList<string> Cells)
    {
        /// <summary>Such as <c>Greedy</c> or <c>Multiagent finetuning, 2</c>.</summary>
        public string Title(MethodCatalog catalog) => catalog.Title(Method) + (Iteration == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Iteration}"));
    }
}

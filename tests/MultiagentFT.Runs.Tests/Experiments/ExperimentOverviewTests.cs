using System.Xml.Linq;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Tests.Experiments;

public sealed class ExperimentOverviewTests
{
    private static readonly MethodCatalog Catalog = MethodCatalog.Default;

    [Fact]
    public void MethodsStandOverTasksByIterationAndInTheOrderOfTheCatalog()
    {
        var results = Of(
            Row("m", "sums", "multiagent-ft", 2, 90, 100), Row("m", "sums", "greedy", 0, 50, 100), Row("m", "sums", "multiagent-ft", 1, 80, 100),
            Row("m", "words", "base", 0, 0, 0), Row("m", "words", "multiagent-ft", 2, 100, 400));

        var overview = ExperimentOverview.Of(results, Catalog)!;

        Assert.Equal(["sums", "words"], overview.Columns);
        Assert.Equal(
            ["Base: – –", "Greedy: 50.0 ± 5.0 –", "Multiagent finetuning, 1: 80.0 ± 4.0 –", "Multiagent finetuning, 2: 90.0 ± 3.0 25.0 ± 2.2"],
            overview.Lines.Select(line => $"{line.Title(Catalog)}: {string.Join(' ', line.Cells)}"));
        Assert.Contains(
            "| method, iteration | sums | words |\n| --- | --- | --- |\n| Base | – | – |\n| Greedy | 50.0 ± 5.0 | – |\n", ExperimentTable.Markdown(results, Catalog), StringComparison.Ordinal);
        var page = XElement.Parse(ExperimentReport.Render(new Experiment("x", []), results, Catalog)["<!DOCTYPE html>\n".Length..]);
        Assert.Equal(["Multiagent finetuning, 2", "90.0 ± 3.0", "25.0 ± 2.2"], page.Descendants("table").First().Descendants("tr").Last().Elements("td").Select(cell => cell.Value));
    }

    [Fact]
    public void ColumnsAreCalledByWhatVaries()
    {
        Assert.Equal(["m", "n"], ExperimentOverview.Of(Of(Row("m", "sums", "greedy", 0, 1, 2), Row("n", "sums", "greedy", 0, 1, 2)), Catalog)!.Columns);
        Assert.Equal(["m, sums", "n, words"], ExperimentOverview.Of(Of(Row("m", "sums", "greedy", 0, 1, 2), Row("n", "words", "greedy", 0, 1, 2)), Catalog)!.Columns);
        Assert.Null(ExperimentOverview.Of(Of(Row("m", "sums", "greedy", 0, 1, 2), Row("m", "sums", "base", 0, 1, 2)), Catalog));
        Assert.Null(ExperimentOverview.Of(Of(), Catalog));
    }

    private static ExperimentResults Of(params ExperimentRow[] rows) => new("x", 1, 1, rows, [], "1", "c", null);

    private static ExperimentRow Row(string model, string task, string method, int iteration, int right, int problems) => new(
        model, task, method, iteration, [problems == 0 ? null : right / (double)problems], problems, right, 10, 0, 0, 1, 1, 0, 0)
    { Seeds = [1] };
}

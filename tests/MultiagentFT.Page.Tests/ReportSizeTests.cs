using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Report;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Report;
using MultiagentFT.Testing;
using static Microsoft.Playwright.Assertions;

namespace MultiagentFT.Page.Tests;

/// <summary>The report of a large run: 10 methods after 5 iterations, 500 debates each, all of two rounds with summaries.</summary>
public sealed class ReportSizeTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Seconds to the load event and to the first list, at most, and a third of those of a search; infinite unless <c>MFT_OPEN_SECONDS</c> asks for it, on a quiet machine.</summary>
    private static readonly double MostSeconds =
        Environment.GetEnvironmentVariable("MFT_OPEN_SECONDS") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : double.PositiveInfinity;

    public static TheoryData<string, bool> Texts { get; } = new() { { nameof(SyntheticRun.Columns), true }, { nameof(SyntheticRun.Sentences), false } };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_large_run_is_below_15_MB_and_opens(string texts, bool isWhole)
    {
        Func<Problem, SplitMix64, string> speaks = texts == nameof(SyntheticRun.Columns) ? SyntheticRun.Columns : SyntheticRun.Sentences;
        using var folder = new TemporaryFolder();
        var path = folder.File("report.html");
        var began = TimeProvider.System.GetTimestamp();
        var data = SyntheticRun.Of(methods: 10, iterations: 5, problems: 500, speaks);
        var made = TimeProvider.System.GetElapsedTime(began);
        var html = HtmlReport.Render(data);
        var rendered = TimeProvider.System.GetElapsedTime(began) - made;
        File.WriteAllText(path, html);
        var size = Encoding.UTF8.GetByteCount(html);
        var extent = Regex.Match(html, "<h2 id=\"debates-title\">All debates</h2><p class=\"soft\">(.*?) Not usable").Groups[1].Value;

        await using var window = await browser.OpenAsync();
        var (load, first, search) = await MeasureAsync(window, path);
        var (loadAgain, firstAgain, _) = await MeasureAsync(window, path);

        await ReadAsync(window, path, data.Evaluations[26]);
        var turns = data.Evaluations.SelectMany(evaluation => evaluation.Transcripts).SelectMany(debate => debate.Turns).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{texts}: {turns.Average(turn => turn.Text.Length):0} characters an answer; {size / 1e6:0.00} MB, written in {rendered.TotalSeconds:0.0} s; load event after {load:0} ms, first list after {first:0} ms (again: {loadAgain:0}, {firstAgain:0}), a search through all texts {search:0} ms. {extent}"));
        Assert.InRange(size, 1, 15_000_000 - 1);
        Assert.Equal(isWhole, extent == "25\u202f000 debates and answers to 500 evaluation problems.");
        Assert.InRange(load / 1000, 0, MostSeconds);
        Assert.InRange(first / 1000, 0, MostSeconds);
        Assert.InRange(search / 1000, 0, 3 * MostSeconds);
    }

    /// <summary>Problems that stand beside each other in a list are of different blocks of the file; more of them than are kept unpacked, and back.</summary>
    private static async Task ReadAsync(IBrowserContext window, string path, Evaluation evaluation)
    {
        await using var open = await OpenPage.OfAsync(window, new Uri(Path.GetDirectoryName(path)!).AbsoluteUri, mayFail: false);
        await open.Page.GotoAsync($"{new Uri(path).AbsoluteUri}#debates?method={evaluation.Method.Key}&iteration={evaluation.Iteration}");
        var debates = evaluation.Transcripts.ToDictionary(debate => debate.Question);
        foreach (var index in (int[])[0, 1, 2, 3, 4, 5, 6, 7, 0])
        {
            var item = open.Page.Locator("#debates-list > li").Nth(index);
            await item.GetByRole(AriaRole.Button).First.ClickAsync();
            await Expect(item.Locator(".turn")).ToHaveCountAsync(6);
            var debate = debates[(await item.GetByRole(AriaRole.Button).First.TextContentAsync())!];
            Assert.Equal(debate.Turns.Select(turn => turn.Text), await item.Locator(".turn pre:not(.heard)").AllTextContentsAsync());
        }
    }

    /// <returns>Milliseconds from the start of the navigation, and those that a search takes which reads every text.</returns>
    private static async Task<(double Load, double FirstList, double Search)> MeasureAsync(IBrowserContext window, string path)
    {
        await using var open = await OpenPage.OfAsync(window, new Uri(Path.GetDirectoryName(path)!).AbsoluteUri, mayFail: false);
        await open.Page.GotoAsync(new Uri(path).AbsoluteUri);
        await Expect(open.Page.Locator("#debates-list > li").First).ToBeVisibleAsync();
        var load = await open.Page.EvaluateAsync<double>("() => performance.getEntriesByType('navigation')[0].loadEventEnd");
        var first = await open.Page.EvaluateAsync<double>("() => performance.getEntriesByName('debates-listed')[0].startTime");
        var search = await open.Page.EvaluateAsync<double>("""
            async () => {
              const form = document.getElementById("debates-form");
              for (const name of ["method", "iteration"]) form.elements[name].value = "all";
              form.elements.search.value = "no text holds this";
              const began = performance.now();
              form.requestSubmit();
              while (!document.getElementById("debates-status").textContent.startsWith("None of")) await new Promise((done) => setTimeout(done, 1));
              return performance.now() - began;
            }
            """);
        return (load, first, search);
    }
}

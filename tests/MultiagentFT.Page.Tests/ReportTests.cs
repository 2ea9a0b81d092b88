using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Report;
using MultiagentFT.Testing;
using static Microsoft.Playwright.Assertions;

namespace MultiagentFT.Page.Tests;

/// <summary>A run's report as people read it, from a file, in a real browser: what it shows is what the transcripts say.</summary>
public sealed class ReportTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Evil = "</script><img src=x onerror=\"document.title='taken'\"> & <b>bold</b>";
    private const int PageSize = 25;

    /// <summary>Of 30 problems by 4 methods after 2 iterations. Of the first method's, in iteration 1, debates 1 to 5 are as no other ones.</summary>
    private static readonly ReportData Data = SyntheticRun.Of(methods: 4, iterations: 2, problems: 30, SyntheticRun.Columns, (method, iteration, debates) =>
        method.Key != "base" || iteration > 1
            ? debates
            :
            [
                debates[0] with { Turns = [.. debates[0].Turns.Select(turn => turn with { Text = turn.Text + Evil, Answer = Evil, Summary = new SummaryTurn(Evil, 1, 1, 1), Adapter = Evil })], Votes = [new RoundVote(1, Evil, 3, 3, false), new RoundVote(2, Evil, 3, 3, false)] },
                debates[1] with { Turns = [.. debates[1].Turns.Select(turn => turn with { Answer = null, Text = "", Failure = new GenerationFailure(FailureKind.DecodingFailed, "the engine has failed") })], Votes = [new RoundVote(1, null, 0, 0, false), new RoundVote(2, null, 0, 0, false)] },
                debates[2] with { Question = "What is " + Evil, Truth = null, Votes = [.. debates[2].Votes.Select(vote => vote with { Correct = null })] },
                debates[3] with { Turns = [.. debates[3].Turns.Select((turn, index) => index == 4 ? turn with { Text = "a lone \ud800 surrogate, \u0001, \u202e and Größe", Answer = null } : turn)], Votes = [debates[3].Votes[0], debates[3].Votes[1] with { Votes = 2, Voters = 2 }] },
                debates[4] with { Turns = [.. debates[4].Turns.Where(turn => turn.Round == 1)], Votes = [debates[4].Votes[0]] },
                .. debates.Skip(5),
            ]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Filters() =>
    [
        "method=all&iteration=all",
        .. from outcome in (string[])["right", "wrong", "changed", "wrong-right", "right-wrong", "unknown"] select $"method=all&iteration=all&outcome={outcome}",
        .. from agreement in (string[])["unanimous", "split"] from answers in (string[])["all", "complete", "missing"] select $"method=all&iteration=all&agreement={agreement}&answers={answers}",
        .. from method in (string[])["base", "greedy", "majority"] from iteration in (string[])["1", "2"] select $"method={method}&iteration={iteration}",
        "method=majority&iteration=all&outcome=wrong-right&agreement=split",
        "method=all&iteration=2&outcome=right&agreement=unanimous&answers=complete",
        "method=all&iteration=all&outcome=unknown&answers=missing",
    ];

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Lists_hold_the_debates_that_pass_the_filter(string filter)
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?" + filter);

        await ExpectListAsync(open.Page, Expected(filter));
    }

    [Theory]
    [InlineData("step BY step")]
    [InlineData("the engine has failed")]
    [InlineData("<B>bold")]
    [InlineData("größe")]
    [InlineData("critic-1")]
    [InlineData("(1) ")]
    [InlineData("*1")]
    [InlineData("no text holds this")]
    public async Task A_search_finds_what_questions_answers_and_texts_hold(string text)
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?method=all&iteration=all");
        await ExpectListAsync(open.Page, Expected("method=all&iteration=all"));

        await open.Page.GetByRole(AriaRole.Searchbox).FillAsync(text);
        await open.Page.Keyboard.PressAsync("Enter");

        await ExpectListAsync(open.Page, Expected("method=all&iteration=all", text));
    }

    [Fact]
    public async Task All_pages_together_hold_every_debate_once()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?method=all&iteration=all");
        var (page, shown) = (open.Page, new List<string>());
        var expected = Expected("method=all&iteration=all");
        for (var from = 1; from <= expected.Count; from += PageSize)
        {
            await Expect(page.Locator("#debates-status")).ToHaveTextAsync($"{from} to {Math.Min(expected.Count, from + PageSize - 1)} of {expected.Count}");
            shown.AddRange(await page.Locator("#debates-list h3").AllTextContentsAsync());
            if (from + PageSize <= expected.Count) await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        }

        Assert.Equal(expected.Select(entry => entry.Debate.Question), shown);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Next" })).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_debate_shows_every_turn_summary_and_vote()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?method=base&iteration=1");
        var page = open.Page;
        foreach (var (index, debate) in Data.Evaluations[0].Transcripts.Take(8).Index())
        {
            // Problems that only one method has put come last, and this is the only one.
            var item = page.Locator("#debates-list > li").Nth(index);
            await item.GetByRole(AriaRole.Button).First.ClickAsync();

            var body = item.Locator(".debate");
            await Expect(body.Locator(".turn")).ToHaveCountAsync(debate.Turns.Count);
            Assert.Equal(debate.Turns.Select(turn => turn.Failure?.Message ?? Whole(turn.Text)), await body.Locator(".turn pre:not(.heard)").AllTextContentsAsync());
            Assert.Equal(debate.Turns.Where(turn => turn.Summary is not null).Select(turn => "Heard: " + turn.Summary!.Text), await body.Locator(".heard").AllTextContentsAsync());
            Assert.Equal(debate.Turns.Select(turn => $"{turn.Speaker} ({turn.Adapter ?? "base"}): {turn.Answer ?? "no answer"}{Mark(turn, debate)}"), await body.Locator(".who").AllTextContentsAsync());
            Assert.Equal(debate.Votes.Select(Words), await body.Locator(".vote").AllTextContentsAsync());
            Assert.Equal(Enumerable.Range(1, debate.Rounds).Select(round => $"Round {round}"), await body.GetByRole(AriaRole.Heading).AllTextContentsAsync());
            await Expect(body).ToContainTextAsync(debate.Truth is null ? "The right answer is not known." : $"The right answer is {debate.Truth}.");
        }

        static string Whole(string text) => text.Replace('\ud800', '\ufffd');

        string Mark(Turn turn, Transcript debate) => debate.Truth is null ? "" : turn.Answer is not null && Data.Task.Same(turn.Answer, debate.Truth) ? " ✓" : " ✗";

        static string Words(RoundVote vote) => vote.Answer is null
            ? "No answer could be read, so there is no vote."
            : $"Vote: {vote.Answer}, by {vote.Votes} of {vote.Voters}{vote.Correct switch { true => " ✓", false => " ✗", null => "" }}";
    }

    [Fact]
    public async Task What_a_model_wrote_stays_text()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?method=base&iteration=1&search=onerror");
        var page = open.Page;
        await Expect(page.Locator("#debates-list > li")).ToHaveCountAsync(2);
        for (var i = 0; i < 2; i++) await page.Locator("#debates-list > li > h3 > button").Nth(i).ClickAsync();
        await Expect(page.Locator("#debates-list > li").Nth(1).Locator(".turn")).ToHaveCountAsync(6);

        await Expect(page.Locator("#debates-list h3").Nth(1)).ToHaveTextAsync("What is " + Evil);
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
        Assert.StartsWith("MultiagentFT", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal("module", await page.Locator("script:not([id])").GetAttributeAsync("type"));
    }

    [Fact]
    public async Task A_question_or_answer_that_runs_from_right_to_left_does_not_turn_what_stands_behind_it()
    {
        var data = SyntheticRun.Of(methods: 1, iterations: 1, problems: 1, SyntheticRun.Columns, (_, _, debates) => [debates[0] with { Question = "\u202eHow much?", Votes = [.. debates[0].Votes.Select(vote => vote with { Answer = "\u202e12" })] }]);
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(data: data));
        var summary = open.Page.Locator("details summary").First;

        // Where the vote's letters stand on the screen.
        var places = await summary.EvaluateAsync<double[]>(
            """
            (summary) => {
              const text = [...summary.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.includes("Vote"));
              const at = text.data.indexOf("Vote");
              return [0, 1, 2, 3].map((place) => {
                const range = document.createRange();
                range.setStart(text, at + place);
                range.setEnd(text, at + place + 1);
                return range.getBoundingClientRect().left;
              });
            }
            """);

        Assert.Equal(places.Order(), places);
        Assert.True(places[0] < await summary.Locator("b").EvaluateAsync<double>("(vote) => vote.getBoundingClientRect().left"));
    }

    [Fact]
    public async Task The_address_keeps_filter_page_and_debate()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write());
        var page = open.Page;
        // As the examples above: the last debate.
        await Expect(page.GetByLabel("Method", new() { Exact = true })).ToHaveValueAsync("majority-equal-tokens");
        Assert.DoesNotContain("#", page.Url, StringComparison.Ordinal);
        await page.GetByLabel("Iteration", new() { Exact = true }).SelectOptionAsync("All");
        await page.GetByLabel("Vote").SelectOptionAsync("Right");
        var expected = Expected("method=majority-equal-tokens&iteration=all&outcome=right");
        await ExpectListAsync(page, expected);
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await page.Locator("#debates-list > li > h3 > button").Nth(3).ClickAsync();
        // A debate is unpacked when it is opened.
        await Expect(page.Locator(".debate:visible .turn").First).ToBeVisibleAsync();
        var text = await page.Locator(".debate:visible").TextContentAsync();

        await page.ReloadAsync();

        await Expect(page.Locator("#debates-status")).ToHaveTextAsync($"26 to {Math.Min(50, expected.Count)} of {expected.Count}, out of 240");
        await Expect(page.GetByLabel("Vote")).ToHaveValueAsync("right");
        await Expect(page.Locator(".debate:visible")).ToHaveTextAsync(text!);
        await Expect(page.GetByRole(AriaRole.Button, new() { Expanded = true })).ToBeFocusedAsync();
        // What another address says holds from then on, and what none of the controls knows does not.
        await page.EvaluateAsync("() => { location.hash = '#debates?method=greedy&iteration=2&outcome=mistaken&open=nothing'; }");
        await Expect(page.Locator("#debates-status")).ToHaveTextAsync("The debate that the address names is not in this list.");
        await Expect(page.GetByLabel("Method", new() { Exact = true })).ToHaveValueAsync("greedy");
        await Expect(page.GetByLabel("Vote")).ToHaveValueAsync("all");
    }

    [Fact]
    public async Task A_problem_is_compared_over_all_methods()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?method=greedy&iteration=2&open=greedy-2-9");
        var page = open.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "This problem by every method" }).ClickAsync();

        var question = Data.Evaluations[0].Transcripts[8].Question;
        await ExpectListAsync(page, Expected("method=all&iteration=all", question));
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_question_of_several_lines_is_compared_and_searched_too()
    {
        var data = SyntheticRun.Of(methods: 2, iterations: 1, problems: 3, SyntheticRun.Columns, (_, _, debates) =>
            [.. debates.Index().Select(debate => debate.Item with { Question = $"Which is {debate.Index}?\nA) this \n\nB) that" })]);
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(data: data), "#debates?method=greedy&iteration=1&open=greedy-1-2");
        var page = open.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "This problem by every method" }).ClickAsync();

        await Expect(page.Locator("#debates-status")).ToHaveTextAsync("1 to 2 of 2, out of 6");
        Assert.Equal(Enumerable.Repeat("Which is 1?\nA) this \n\nB) that", 2), await page.Locator("#debates-list h3").AllTextContentsAsync());
        await page.GetByRole(AriaRole.Searchbox).FillAsync("2? A) this B)");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#debates-list h3").First).ToHaveTextAsync("Which is 2?\nA) this \n\nB) that");
        await page.ReloadAsync();
        await Expect(page.Locator("#debates-status")).ToHaveTextAsync("1 to 2 of 2, out of 6");
    }

    [Fact]
    public async Task Everything_is_reached_by_keyboard_and_nobody_is_kept_out()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(), "#debates?method=base&iteration=1");
        var page = open.Page;
        await Expect(page.GetByRole(AriaRole.Search, new() { Name = "Debates" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FocusAsync();
        for (var i = 0; i < 6; i++) await page.Keyboard.PressAsync("Tab");
        var first = page.Locator("#debates-list > li > h3 > button").First;
        await Expect(first).ToBeFocusedAsync();
        await Expect(first).ToHaveAttributeAsync("aria-expanded", "false");
        await page.Keyboard.PressAsync("Enter");
        await Expect(first).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(page.Locator("#" + await first.GetAttributeAsync("aria-controls"))).ToContainTextAsync("Round 1");
        await PageCheck.CheckAsync(page, "report");

        await page.Keyboard.PressAsync("Enter");

        await Expect(first).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(page.Locator(".debate:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_run_of_many_methods_and_iterations_can_be_read()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write(data: SyntheticRun.Of(methods: 12, iterations: 5, problems: 20, SyntheticRun.Sentences)));
        await Expect(open.Page.Locator("#debates-list > li")).ToHaveCountAsync(20);

        await PageCheck.CheckAsync(open.Page, "many");
    }

    [Fact]
    public async Task A_damaged_file_says_so()
    {
        var path = Write();
        // The end of a block: the last bytes of its content, its checksum and its length.
        File.WriteAllText(path, Regex.Replace(File.ReadAllText(path), "(id=\"debates-0\">[A-Za-z0-9+/]+)[A-Za-z0-9+/]{40}=*<", "$1<"));
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, path, "#debates?method=greedy&iteration=2");
        await Expect(open.Page.Locator("#debates-status")).ToHaveTextAsync("1 to 25 of 30, out of 240");

        await open.Page.Locator("#debates-list > li > h3 > button").First.ClickAsync();

        await Expect(open.Page.Locator(".debate:visible")).ToContainTextAsync("The debates of this file cannot be read: ");
        await open.Page.GetByRole(AriaRole.Searchbox).FillAsync("no question holds this");
        await Expect(open.Page.Locator("#debates-status")).ToContainTextAsync("The debates of this file cannot be read: ");
    }

    [Fact]
    public async Task Without_scripts_the_examples_stay()
    {
        await using var window = await browser.OpenAsync(hasScripts: false);
        await using var open = await OpenAsync(window, Write());
        var page = open.Page;

        await Expect(page.GetByText("To search and filter all debates this page needs scripts, which are off here")).ToBeVisibleAsync();
        await Expect(page.Locator("#debates")).ToBeHiddenAsync();
        await page.Locator("details summary").First.ClickAsync();
        await Expect(page.Locator("details .turn").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_paper_the_browser_is_left_out()
    {
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, Write());
        await Expect(open.Page.Locator("#debates-list")).ToBeVisibleAsync();

        await open.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        await Expect(open.Page.GetByRole(AriaRole.Heading, new() { Name = "All debates" })).ToBeHiddenAsync();
        await Expect(open.Page.GetByRole(AriaRole.Heading, new() { Name = "Agreement" })).ToBeVisibleAsync();
        // Browsers print no grounds, but bars and the colours of legends are nothing else.
        await Expect(open.Page.Locator(".fill").First).ToHaveCSSAsync("print-color-adjust", "exact");
        await Expect(open.Page.Locator(".legend span").First).ToHaveCSSAsync("print-color-adjust", "exact");
    }

    [Fact]
    public async Task An_experiment_leads_to_the_debates_of_its_runs()
    {
        var cell = new ExperimentCell("tiny model", "arithmetic", Data.Config);
        Write(Path.Combine(cell.Folder, "report.html"));
        var rows = Data.Summary.Methods.Select(row => new ExperimentRow(
            cell.Model, cell.Task, row.Name, row.Iteration, [row.Accuracy], row.Problems, (int)(row.Problems * row.Accuracy!), row.GeneratedTokens, 0, 0, 1, 0.8, row.Debate!.WrongToRight, row.Debate.RightToWrong));
        var results = new ExperimentResults("One run", 1, 1, [.. rows], [], "0.1.0", "none", null) { Ended = [cell] };
        File.WriteAllText(_folder.File("report.html"), ExperimentReport.Render(new Experiment("One run", [cell]), results, MethodCatalog.Default));
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, _folder.File("report.html"));
        var page = open.Page;
        await PageCheck.CheckAsync(page, "experiment");

        await page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("^Greedy 2 seed 1") }).GetByRole(AriaRole.Link).Nth(1).ClickAsync();

        await ExpectListAsync(page, Expected("method=greedy&iteration=2&outcome=wrong-right"));
    }

    /// <summary>What a list should hold, from the transcripts: by problem, then in the order of the evaluations.</summary>
    private static List<(Evaluation Evaluation, Transcript Debate)> Expected(string filter, string search = "")
    {
        var fields = filter.Split('&').Select(field => field.Split('=')).ToDictionary(field => field[0], field => field[1]);
        var order = Data.Evaluations.SelectMany(evaluation => evaluation.Transcripts).Select(debate => debate.Question).Distinct().ToList();
        var entries =
            from evaluation in Data.Evaluations
            from debate in evaluation.Transcripts
            where Is("method", evaluation.Method.Key) && Is("iteration", $"{evaluation.Iteration}")
            where fields.GetValueOrDefault("outcome", "all") switch
            {
                "right" => debate.Correct == true,
                "wrong" => debate.Correct == false,
                "changed" => debate.Votes[0].Answer != debate.Vote,
                "wrong-right" => debate.Votes[0].Correct == false && debate.Correct == true,
                "right-wrong" => debate.Votes[0].Correct == true && debate.Correct == false,
                "unknown" => debate.Correct is null,
                _ => true,
            }
            let last = debate.Turns.Where(turn => turn.Round == debate.Rounds).ToList()
            where Is("agreement", debate.Vote is not null && last.All(turn => turn.Answer == debate.Vote) ? "unanimous" : "split")
            where Is("answers", debate.Turns.All(turn => turn.Answer is not null) ? "complete" : "missing")
            where ((string?[])[debate.Question, debate.Truth, .. debate.Votes.Select(vote => vote.Answer), .. debate.Turns.SelectMany(turn => new[] { turn.Failure?.Message ?? turn.Text, turn.Answer, turn.Summary?.Text })])
                .Any(text => text?.Contains(search, StringComparison.OrdinalIgnoreCase) == true)
            orderby order.IndexOf(debate.Question)
            select (evaluation, debate);
        return [.. entries];

        bool Is(string name, string value) => fields.GetValueOrDefault(name, "all") is var wanted && (wanted == "all" || wanted == value);
    }

    private static async Task ExpectListAsync(IPage page, List<(Evaluation Evaluation, Transcript Debate)> expected)
    {
        await Expect(page.Locator("#debates-status")).ToHaveTextAsync(
            expected.Count == 0 ? "None of 240 is like that." : $"1 to {Math.Min(PageSize, expected.Count)} of {expected.Count}{(expected.Count == 240 ? "" : ", out of 240")}");
        Assert.Equal(expected.Take(PageSize).Select(entry => entry.Debate.Question), await page.Locator("#debates-list h3").AllTextContentsAsync());
        var titles = expected.Select(entry => Data.Label(entry.Evaluation.Method.Key, entry.Evaluation.Iteration)).ToList();
        var badges = page.Locator("#debates-list .badges");
        for (var i = 0; i < Math.Min(PageSize, expected.Count); i++)
        {
            var debate = expected[i].Debate;
            var words = (await badges.Nth(i).TextContentAsync())!;
            if (titles.Distinct().Count() > 1) Assert.StartsWith(titles[i], words, StringComparison.Ordinal);
            Assert.Contains(debate.Vote is null ? "no vote" : $"{debate.Vote}, {debate.Result.Votes} of 3", words, StringComparison.Ordinal);
        }
    }

    private string Write(string name = "run.html", ReportData? data = null)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, HtmlReport.Render(data ?? Data));
        return path;
    }

    private async Task<OpenPage> OpenAsync(IBrowserContext window, string path, string fragment = "")
    {
        var open = await OpenPage.OfAsync(window, new Uri(_folder.Path).AbsoluteUri, mayFail: false);
        await open.Page.GotoAsync(new Uri(path).AbsoluteUri + fragment);
        return open;
    }
}

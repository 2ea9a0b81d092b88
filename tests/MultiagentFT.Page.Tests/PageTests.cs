using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MultiagentFT.Runs.Feedback;
using MultiagentFT.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace MultiagentFT.Page.Tests;

/// <summary>The page as people use it, in a real browser, on a real model.</summary>
public sealed class PageTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_debate_is_watched_agent_by_agent_and_round_by_round()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host);
        var page = open.Page;
        await page.Locator("#debate-question").FillAsync("What is 21+7*18+12-8*28?");

        await page.GetByRole(AriaRole.Button, new() { Name = "Hold the debate" }).ClickAsync();

        await Expect(page.Locator("#debate-status")).ToContainTextAsync("The debate has ended. The society answers");
        await Expect(page.Locator("#debate-rounds .round")).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "generator-1" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "critic-3" })).ToBeVisibleAsync();
        foreach (var text in await page.Locator("#debate-rounds .turn > pre").AllTextContentsAsync()) Assert.Matches(@"\d+\*\d+", text);
        Assert.All(await page.Locator("#debate-rounds .vote").AllTextContentsAsync(), text => Assert.Matches(@"^Vote: -?\d+, by [1-3] of [1-3]$", text));
        await Expect(page.Locator("#debate-outcome .badge")).ToHaveTextAsync(new Regex("^(right|wrong, it is -65)$"));
        await page.Locator("#debate-rounds .round").Nth(1).Locator("summary").First.ClickAsync();
        await Expect(page.Locator("#debate-rounds .heard").Nth(3)).ToContainTextAsync("(1)");
        await PageCheck.CheckAsync(page, "debate");
    }

    [Fact]
    public async Task Debates_of_the_run_are_filtered_searched_turned_over_and_read()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host, "#browse");
        var page = open.Page;
        var lines = page.Locator("#browse-debates li");
        await Expect(page.Locator("#browse-status")).ToHaveTextAsync("1 to 20 of 45");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(lines.First).ToContainTextAsync("What is 20+1?");
        await page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("Wrong → right");
        await Expect(page.Locator("#browse-status")).ToHaveTextAsync("1 to 15 of 15, out of 45");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("is 11+1");
        await page.Keyboard.PressAsync("Enter");
        await Expect(lines).ToHaveCountAsync(1);
        await Expect(lines).ToContainTextAsync("wrong → right");
        await PageCheck.CheckAsync(page, "browse");

        await page.GetByRole(AriaRole.Link, new() { Name = "What is 11+1?" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What is 11+1?" })).ToBeFocusedAsync();
        await Expect(page.Locator("#browse-debate .turn")).ToHaveCountAsync(6);
        await Expect(page.Locator("#browse-debate .badge.changed")).ToHaveCountAsync(3);
        // What a model writes is text, whatever it looks like.
        await Expect(page.Locator("#browse-debate pre:not(.heard)").First).ToContainTextAsync("<b>agent 1</b>", new() { UseInnerText = false });
        await Expect(page.Locator("#browse-debate pre b")).ToHaveCountAsync(0);
        await PageCheck.CheckAsync(page, "debate-of-run");
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the list" }).ClickAsync();
        await Expect(lines).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_person_judges_blind_and_marks_answers()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host, "#judge");
        var page = open.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Show two answers" }).ClickAsync();
        await Expect(page.Locator("#judge-pair .side")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "A is better" }).ClickAsync();
        await Expect(page.GetByLabel("Your name")).ToBeFocusedAsync();
        Assert.False(File.Exists(host.Feedback));
        await page.GetByLabel("Your name").FillAsync("Ada");
        var better = await page.Locator("#judge-pair .side pre").First.TextContentAsync();
        await PageCheck.CheckAsync(page, "judge");

        await page.GetByRole(AriaRole.Button, new() { Name = "A is better" }).ClickAsync();

        await Expect(page.Locator("#judge-status")).ToContainTextAsync("Kept. The better one was by");
        await Expect(page.Locator("#judge-agreement th[scope=row]")).ToHaveTextAsync("Ada");
        var preference = Assert.IsType<Preference>(Assert.Single(FeedbackFile.Read(host.Feedback)));
        Assert.Equal(("Ada", better), (preference.By, preference.ChosenText));
        await page.GotoAsync($"{host.Address}/#browse/{SampleRun.Stage}/3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bad: generator-2 in round 1" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Bad: generator-2 in round 1" })).ToHaveAttributeAsync("aria-pressed", "true");
        var mark = Assert.IsType<Mark>(FeedbackFile.Read(host.Feedback)[1]);
        Assert.Equal((false, 1, 1), (mark.Label, mark.CompletionFrom.Round, mark.CompletionFrom.Agent));
    }

    [Fact]
    public async Task Two_models_answer_the_same_question_beside_each_other()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host, "#compare");
        var page = open.Page;
        await Expect(page.GetByLabel("Second model")).ToHaveValueAsync("society");
        // One to which both give another text with the host's seed.
        await page.Locator("#compare-question").FillAsync("What is 27+26*2+26-6*18?");
        await page.GetByLabel("Blind").CheckAsync();
        await page.GetByLabel("Your name").FillAsync("Bo");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask both" }).ClickAsync();
        await Expect(page.Locator("#compare-status")).ToContainTextAsync("Both have answered.");
        Assert.Equal(["Answer A", "Answer B"], await page.Locator("#compare-answers h2").AllTextContentsAsync());
        var texts = await page.Locator("#compare-answers .side > pre").AllTextContentsAsync();
        Assert.All(texts, text => Assert.Matches(@"\d+\*\d+", text));
        await PageCheck.CheckAsync(page, "compare");

        await page.GetByRole(AriaRole.Button, new() { Name = "Answer B is better" }).ClickAsync();

        await Expect(page.Locator("#compare-status")).ToContainTextAsync("Kept:");
        Assert.Equal(["base", "society"], (await page.Locator("#compare-answers > .side > h2").AllTextContentsAsync()).Select(name => name[(name.IndexOf(':') + 2)..]).Order());
        var preference = Assert.IsType<Preference>(Assert.Single(FeedbackFile.Read(host.Feedback)));
        Assert.Equal((texts[1], texts[0]), (preference.ChosenText, preference.RejectedText));
    }

    [Fact]
    public async Task Two_societies_debate_the_same_question_beside_each_other()
    {
        await using var host = await PageHost.StartAsync(hasRun: false, hasOther: true);
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host, "#compare");
        var page = open.Page;
        await Expect(page.GetByLabel("First model")).ToHaveValueAsync("pair");
        await Expect(page.GetByLabel("Second model")).ToHaveValueAsync("society");

        await page.GetByRole(AriaRole.Button, new() { Name = "Ask both" }).ClickAsync();

        await Expect(page.Locator("#compare-status")).ToContainTextAsync("Both have answered.");
        Assert.Equal(["pair", "society"], await page.Locator("#compare-answers > .side > h2").AllTextContentsAsync());
        // Of two agents and of three, in two rounds each.
        var debates = page.GetByText("The whole debate");
        await debates.Nth(0).ClickAsync();
        await debates.Nth(1).ClickAsync();
        await PageCheck.CheckAsync(page, "compare-societies");
        var texts = await page.Locator("#compare-answers .side").AllTextContentsAsync();
        Assert.DoesNotContain("generator-3", texts[0], StringComparison.Ordinal);
        Assert.Contains("critic-2", texts[0], StringComparison.Ordinal);
        Assert.Contains("critic-3", texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curves_are_drawn_and_stand_in_a_table()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host, "#curves");
        var page = open.Page;

        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("Accuracy by iteration") })).ToBeVisibleAsync();
        await Expect(page.Locator("svg circle")).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("^Multiagent finetuning 1 94.0 %") })).ToBeVisibleAsync();
        await PageCheck.CheckAsync(page, "curves");
    }

    [Fact]
    public async Task The_page_asks_for_the_key_and_forgets_it()
    {
        await using var host = await PageHost.StartAsync(hasRun: false, key: "a secret key");
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host, mayFail: true);
        var page = open.Page;
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(page.GetByLabel("API key")).ToBeFocusedAsync();
        await page.GetByLabel("API key").FillAsync("another key");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("does not know this key");
        await PageCheck.CheckAsync(page, "key");
        await page.GetByLabel("API key").FillAsync("a secret key");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog).Not.ToBeVisibleAsync();
        // Without a run there is nothing to browse.
        await Expect(page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link)).ToHaveTextAsync(["Debate", "Compare"]);
        Assert.Equal("0", await page.EvaluateAsync<string>("() => `${localStorage.length + sessionStorage.length + document.cookie.length}`"));

        await page.ReloadAsync();

        await Expect(dialog).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Without its key");
    }

    [Fact]
    public async Task Everything_is_reached_by_keyboard()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        await using var open = await OpenAsync(window, host);
        var page = open.Page;
        // Views are linked once the server has said what it has.
        await Expect(page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link)).ToHaveCountAsync(5);
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        for (var i = 0; i < 3; i++) await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Debates of the run" })).ToBeFocusedAsync();
        Assert.Equal("Debates of the run · MultiagentFT", await page.TitleAsync());
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Watch a debate" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("#debate-question")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#debate-status")).ToContainTextAsync("The debate has ended.");
    }

    private static async Task<OpenPage> OpenAsync(IBrowserContext window, PageHost host, string view = "", bool mayFail = false)
    {
        var open = await OpenPage.OfAsync(window, host.Address, mayFail);
        await open.Page.GotoAsync($"{host.Address}/{view}");
        return open;
    }
}

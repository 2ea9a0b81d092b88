using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Spending;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests.Spending;

public sealed class BudgetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_stops_before_tokens_run_out()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake, options => options with { TokenBudget = 1000, Concurrency = 4 });
        await using var counted = new Remote.Generation.RemoteEngine(endpoint, "toy", ownsEndpoint: false);
        var completed = 0;

        var error = await Assert.ThrowsAsync<InputException>(() => counted.GenerateBatchAsync(
            [.. Enumerable.Range(0, 200).Select(_ => RemoteTest.Ask())], (_, _) => completed++));

        Assert.StartsWith("remote.tokenBudget: expected room for what comes next, which costs at most ", error.Message, StringComparison.Ordinal);
        Assert.InRange(endpoint.Budget.Spent.Total, 500, 1000);
        Assert.Equal(fake.Calls.Count, completed);
        Assert.Contains($"found {endpoint.Budget.Spent.Total} of 1000 spent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_before_money_runs_out()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake, options => options with { CostBudget = 0.002, InputPrice = 1, OutputPrice = 10 });
        await using var engine = new Remote.Generation.RemoteEngine(endpoint, "toy", ownsEndpoint: false);

        await Assert.ThrowsAsync<InputException>(() => engine.GenerateBatchAsync([.. Enumerable.Range(0, 500).Select(_ => RemoteTest.Ask())]));

        var spent = endpoint.Budget.Spent;
        Assert.Equal(spent.Input / 1_000_000m + spent.Output * 10 / 1_000_000m, endpoint.Budget.CostOf(spent));
        Assert.InRange(endpoint.Budget.CostOf(spent)!.Value, 0.001m, 0.002m);
    }

    [Fact]
    public async Task An_attempt_without_an_end_counts_in_full_and_one_that_is_refused_not_at_all()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = async (call, context) =>
        {
            if (call.Number == 1) return await FakeEndpoint.SayAsync(context, 503, "busy");
            if (call.Number == 2) context.Abort();
            return call.Number == 2;
        };
        using var endpoint = RemoteTest.Open(fake);
        await using var engine = new Remote.Generation.RemoteEngine(endpoint, "toy", ownsEndpoint: false);
        var request = RemoteTest.Ask();

        var result = await engine.GenerateAsync(request);

        Assert.Equal(3, fake.Calls.Count);
        Assert.Equal(Remote.Generation.ChatRequest.Most(request) + new Tokens(result.PromptTokens, result.GeneratedTokens), endpoint.Budget.Spent);
    }

    [Fact]
    public async Task The_account_survives_a_kill_and_what_was_under_way_counts_in_full()
    {
        var (options, path) = (new RemoteOptions { TokenBudget = 1000 }, _folder.File("spending.jsonl"));
        var killed = new Budget(options);
        killed.Keep(path);
        await killed.ReserveAsync("answer-1", new Tokens(100, 50), CancellationToken.None);
        killed.End("answer-1", new Tokens(30, 20));
        await killed.ReserveAsync("answer-2", new Tokens(200, 50), CancellationToken.None);
        await killed.ReserveAsync("job-a", new Tokens(0, 0, 300), CancellationToken.None);
        await killed.ReserveAsync("job-b", new Tokens(0, 0, 100), CancellationToken.None);
        killed.End("job-b", new Tokens(0, 0, 90));
        await File.AppendAllTextAsync(path, "{\"id\":\"torn");

        var next = new Budget(options);
        next.Keep(path);

        Assert.Equal(new Tokens(230, 70, 90), next.Spent);
        // The job goes on: its reservation is taken over, not made twice.
        await Assert.ThrowsAsync<InputException>(() => next.ReserveAsync("answer-3", new Tokens(400, 0), CancellationToken.None));
        await next.ReserveAsync("job-a", new Tokens(0, 0, 300), CancellationToken.None);
        next.End("job-a", new Tokens(0, 0, 250));
        // Whose result is asked for again is not paid again.
        await next.ReserveAsync("job-b", new Tokens(0, 0, 100), CancellationToken.None);
        next.End("job-b", new Tokens(0, 0, 90));
        Assert.Equal(new Tokens(230, 70, 340), next.Spent);
        var last = new Budget(options);
        last.Keep(path);
        Assert.Equal(next.Spent, last.Spent);
    }

    [Fact]
    public async Task Who_does_not_fit_now_waits_for_those_under_way()
    {
        var budget = new Budget(new RemoteOptions { TokenBudget = 100 });
        await budget.ReserveAsync("1", new Tokens(80, 0), CancellationToken.None);

        var waiting = budget.ReserveAsync("2", new Tokens(80, 0), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        budget.End("1", new Tokens(10, 0));
        await waiting;
        budget.End("2", new Tokens(20, 0));

        await Assert.ThrowsAsync<InputException>(() => budget.ReserveAsync("3", new Tokens(71, 0), CancellationToken.None));
        await budget.ReserveAsync("4", new Tokens(70, 0), CancellationToken.None);
    }

    [Theory]
    [InlineData("{\"id\":\"a\",\"hasEnded\":true,\"tokens\":{\"input\":-1,\"output\":0,\"trained\":0,\"total\":-1}}\n")]
    [InlineData("nonsense\n")]
    [InlineData("null\n")]
    public void A_file_that_is_no_account_is_refused(string content)
    {
        File.WriteAllText(_folder.File("spending.jsonl"), content);

        var error = Assert.Throws<InputException>(() => new Budget(new RemoteOptions()).Keep(_folder.File("spending.jsonl")));

        Assert.Contains("line 1: expected a line as mft writes it", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_folder.File("spending.jsonl")));
    }

    [Fact]
    public void Money_needs_prices() => Assert.Contains(
        "costBudget: expected inputPrice and outputPrice beside it, found none", new RemoteOptions { CostBudget = 5, InputPrice = 1 }.Validate());

    [Fact]
    public void It_says_what_was_spent()
    {
        var budget = new Budget(new RemoteOptions { InputPrice = 2, OutputPrice = 8, TrainingPrice = 25 });

        Assert.Equal("0 prompt tokens, 0 generated, 0 in money", budget.Describe());
        Assert.Equal(35m, budget.CostOf(new Tokens(1_000_000, 1_000_000, 1_000_000)));
        Assert.Null(new Budget(new RemoteOptions { InputPrice = 2 }).CostOf(new Tokens(1, 1)));
    }
}

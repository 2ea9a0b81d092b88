using CsCheck;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Scheduling;

public class SchedulerTests
{
    private const int SlotContext = 320;

    private static readonly FakeAdapter?[] Adapters = [null, new("a"), new("b")];

    /// <summary>Prompts that share beginnings of several lengths.</summary>
    private static readonly Gen<int[]> Prompts =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 120], Gen.Int[1, 30], Gen.Int[0, 255]).Select((stem, shared, rest, token) =>
            Enumerable.Range(0, shared).Select(i => (stem + i) % 250).Concat(Enumerable.Repeat(token, rest)).ToArray());

    private static readonly Gen<(int Adapter, int[] Prompt, int New, int Step, int Cancel)> Arrivals =
        Gen.Select(Gen.Int[0, 2], Prompts, Gen.Int[1, 60], Gen.Int[0, 40], Gen.Int[0, 200]);

    [Theory]
    [InlineData(true, false, true, 0)]
    [InlineData(false, false, true, 0)]
    [InlineData(true, true, true, 0)]
    [InlineData(true, true, false, 0)]
    [InlineData(true, true, false, 5)]
    public void Nothing_is_lost_doubled_or_mixed_up(bool canTruncate, bool mixes, bool isDense, int kept) =>
        Gen.Select(Arrivals.Array[1, 30], Gen.Int[1, 7], Gen.Int[0, 60]).Sample(
            (arrivals, slots, spare) =>
            {
                var runtime = new FakeRuntime { CanTruncate = canTruncate, Mixes = mixes, PrefersDenseSlots = isDense };
                var simulation = new Simulation(
                    runtime, new ContextOptions { Slots = slots, KeptSlots = kept, SlotContext = SlotContext, BatchTokens = slots + spare });
                var sequences = arrivals.Select(a => new Sequence(Adapters[a.Adapter], a.Prompt, a.New)).ToArray();
                for (var step = 0; step <= 240; step++)
                {
                    for (var i = 0; i < arrivals.Length; i++)
                    {
                        if (arrivals[i].Step == step) simulation.Arrive(sequences[i]);
                        if (arrivals[i].Cancel + 40 == step) sequences[i].Cancel();
                    }
                    simulation.Step();
                }
                simulation.RunToEnd();
                Assert.Equal(sequences.Length, simulation.Ended.Count);
                Assert.Equal(sequences.Length, simulation.Ended.Distinct().Count());
                foreach (var sequence in sequences)
                {
                    var alone = Simulation.Alone(runtime, sequence, SlotContext);
                    if (sequence.IsCancelled) Assert.Equal(alone.Take(sequence.Tokens.Count), sequence.Tokens);
                    else Assert.Equal(alone, sequence.Tokens);
                }
            },
            iter: 300);

    [Fact]
    public void Where_slots_have_adapters_of_their_own_nobody_waits_for_another_agent()
    {
        var simulation = new Simulation(
            new FakeRuntime { Mixes = true }, new ContextOptions { Slots = 3, SlotContext = SlotContext, BatchTokens = 64 });
        simulation.Arrive([.. Adapters.Select(adapter => Ask(adapter, [1, 2, 3]))]);
        simulation.Step();
        Assert.Equal(Adapters, simulation.Scheduler.Running.Select(sequence => sequence.Adapter));
        Assert.Equal(9, simulation.Context.LargestBatch);
    }

    [Fact]
    public void The_same_arrivals_make_the_same_steps() =>
        Arrivals.Array[1, 20].Sample(
            arrivals => Assert.Equal(Log(arrivals), Log(arrivals)),
            iter: 50);

    [Fact]
    public void A_prefix_being_computed_is_waited_for_and_copied()
    {
        var simulation = New(slots: 3, batch: 64);
        var stem = Enumerable.Range(0, 100).ToArray();
        simulation.Arrive(Ask(null, [.. stem, 1]), Ask(null, [.. stem, 2]), Ask(null, [.. stem, 3]));
        simulation.RunToEnd();
        Assert.Equal([0, 100, 100], simulation.Ended.OrderBy(s => s.Tokens[100]).Select(s => s.CachedTokens));
        Assert.Equal(103, simulation.Counters.Snapshot().PromptTokens);
        Assert.Equal(200, simulation.Counters.Snapshot().CachedTokens);
    }

    [Fact]
    public void A_follower_outlives_its_leader()
    {
        var simulation = New(slots: 2, batch: 8);
        var stem = Enumerable.Range(0, 100).ToArray();
        var (leader, follower) = (Ask(null, [.. stem, 1]), Ask(null, [.. stem, 2]));
        simulation.Arrive(leader, follower);
        simulation.Step();
        Assert.Same(leader, follower.Leader);
        leader.Cancel();
        simulation.RunToEnd();
        Assert.InRange(follower.CachedTokens, 0, 8);
        Assert.Equal(Simulation.Alone(new FakeRuntime(), follower, SlotContext), follower.Tokens);
    }

    [Fact]
    public void The_last_prompt_token_is_always_computed()
    {
        var simulation = New(slots: 1, batch: 64);
        var prompt = Enumerable.Range(0, 40).ToArray();
        var (first, again) = (Ask(null, prompt), Ask(null, prompt));
        simulation.Arrive(first);
        simulation.RunToEnd();
        simulation.Arrive(again);
        simulation.RunToEnd();
        Assert.Equal(39, again.CachedTokens);
        Assert.Equal(first.Tokens, again.Tokens);
    }

    [Fact]
    public void A_cache_serves_only_its_own_adapter()
    {
        var simulation = New(slots: 1, batch: 64);
        var prompt = Enumerable.Range(0, 40).ToArray();
        var other = Ask(new FakeAdapter("c"), prompt);
        simulation.Arrive(Ask(Adapters[1], prompt));
        simulation.RunToEnd();
        simulation.Arrive(other);
        simulation.RunToEnd();
        Assert.Equal(0, other.CachedTokens);
        Assert.Equal(Simulation.Alone(new FakeRuntime(), other, SlotContext), other.Tokens);
    }

    [Fact]
    public void A_forgotten_adapter_serves_nobody()
    {
        var simulation = New(slots: 1, batch: 64);
        var again = Ask(Adapters[1], [.. Enumerable.Range(0, 40)]);
        simulation.Arrive(Ask(Adapters[1], [.. Enumerable.Range(0, 40)]));
        simulation.RunToEnd();
        simulation.Scheduler.Detach(Adapters[1]!);
        simulation.Arrive(again);
        simulation.RunToEnd();
        Assert.Equal(0, again.CachedTokens);
    }

    [Fact]
    public void A_batch_changes_adapters_once_each()
    {
        var simulation = New(slots: 2, batch: 64);
        simulation.Arrive([.. Enumerable.Range(0, 90).Select(i => Ask(Adapters[i % 3], [i, 1, 2]))]);
        simulation.RunToEnd();
        Assert.Equal(2, simulation.Counters.Snapshot().AdapterSwitches);
        Assert.Equal(90, simulation.Ended.Count);
    }

    [Fact]
    public void An_adapter_in_constant_use_lets_others_in()
    {
        var simulation = New(slots: 2, batch: 64);
        var waiting = Ask(Adapters[2], [9, 9, 9]);
        simulation.Arrive(Ask(Adapters[1], [1]), Ask(Adapters[1], [2]));
        simulation.Step();
        simulation.Arrive(waiting);
        var arrived = 0;
        while (!simulation.Ended.Contains(waiting))
        {
            simulation.Arrive(Ask(Adapters[1], [arrived++ % 250, 5]));
            simulation.Step();
            Assert.InRange(simulation.Ended.Count, 0, 12);
        }
        simulation.RunToEnd();
        Assert.Equal(arrived + 3, simulation.Ended.Count);
    }

    [Fact]
    public void Slots_stay_next_to_each_other_while_work_runs_out()
    {
        var simulation = New(slots: 16, batch: 200);
        simulation.Arrive([.. Enumerable.Range(0, 16).Select(i => new Sequence(null, [i, 3], 1 + (i * 7 % 16)))]);
        simulation.RunToEnd();
        Assert.Equal(0, simulation.Context.Gaps);
        Assert.True(simulation.Context.Copies > 0);
    }

    [Fact]
    public void Clearing_needs_idleness()
    {
        var simulation = New(slots: 1, batch: 64);
        simulation.Arrive(Ask(null, [1]));
        Assert.Throws<InvalidOperationException>(simulation.Scheduler.Clear);
        simulation.RunToEnd();
        simulation.Scheduler.Clear();
        simulation.Arrive(Ask(null, [1, 2]));
        simulation.RunToEnd();
        Assert.Equal(0, simulation.Counters.Snapshot().CachedTokens);
    }

    private static Simulation New(int slots, int batch) =>
        new(new FakeRuntime(), new ContextOptions { Slots = slots, SlotContext = SlotContext, BatchTokens = batch });

    private static Sequence Ask(IRuntimeAdapter? adapter, int[] prompt) => new(adapter, prompt, 20);

    private static string Log((int Adapter, int[] Prompt, int New, int Step, int Cancel)[] arrivals)
    {
        var simulation = New(slots: 4, batch: 24);
        simulation.Arrive([.. arrivals.Select(a => new Sequence(Adapters[a.Adapter], a.Prompt, a.New))]);
        simulation.RunToEnd();
        return simulation.Context.Log!.ToString();
    }
}

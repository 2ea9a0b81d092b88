using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Sampling;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Scheduling;

/// <summary>Drives a scheduler on the fake model, without threads.</summary>
internal sealed class Simulation
{
    private readonly Sampler _sampler = new(258);
    private readonly Dictionary<Sequence, SplitMix64> _generators = [];
    private readonly DecodeBatch _batch;

    public Simulation(FakeRuntime runtime, ContextOptions options, int quantum = 8)
    {
        Context = (FakeContext)runtime.CreateContext(options);
        Context.Log = new StringBuilder();
        Queue = new AdapterGroupQueue<Sequence>(quantum);
        Scheduler = new Scheduler<Sequence>(Context, Queue, Counters);
        _batch = new DecodeBatch(options.BatchTokens);
    }

    public FakeContext Context { get; }

    public AdapterGroupQueue<Sequence> Queue { get; }

    public Scheduler<Sequence> Scheduler { get; }

    public SchedulerCounters Counters { get; } = new();

    /// <summary>Sequences in the order in which they ended.</summary>
    public List<Sequence> Ended { get; } = [];

    /// <summary>The answer of a sequence served alone by a new context.</summary>
    public static int[] Alone(FakeRuntime runtime, Sequence sequence, int slotContext)
    {
        var simulation = new Simulation(runtime, new ContextOptions { Slots = 1, SlotContext = slotContext, BatchTokens = 1 << 16 });
        var twin = new Sequence(sequence.Adapter, sequence.Tokens.ToArray().AsSpan(0, sequence.PromptLength), sequence.MaxNewTokens);
        simulation.Arrive(twin);
        simulation.RunToEnd();
        return [.. twin.Tokens];
    }

    public void Arrive(params Sequence[] sequences) => Queue.Enqueue(sequences);

    public void RunToEnd()
    {
        while (Scheduler.HasWork) Step();
        Scheduler.VerifyIdle();
    }

    public void Step()
    {
        RemoveCancelled();
        if (!Scheduler.HasWork) return;
        Assert.True(Scheduler.Plan(_batch), "work, but no rows");
        Context.Decode(_batch);
        Scheduler.Advance();
        foreach (var sequence in Scheduler.Running.ToArray())
        {
            if (sequence.OutputRow < 0) continue;
            if (!_generators.TryGetValue(sequence, out var generator)) _generators[sequence] = generator = new SplitMix64(1);
            var token = _sampler.Sample(Context.Logits(sequence.OutputRow), new SamplingOptions(), generator);
            sequence.Tokens.Add(token);
            if (token != FakeTokenizer.EndOfTurn && sequence.GeneratedLength < sequence.MaxNewTokens) continue;
            Scheduler.Release(sequence);
            Ended.Add(sequence);
        }
    }

    private void RemoveCancelled()
    {
        var cancelled = new List<Sequence>();
        Queue.RemoveCancelled(cancelled);
        foreach (var sequence in Scheduler.Running.Where(sequence => sequence.IsCancelled).ToArray())
        {
            Scheduler.Release(sequence);
            cancelled.Add(sequence);
        }
        Ended.AddRange(cancelled);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MultiagentFT.Cluster.Telemetry;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Tests.Fakes;
using NATS.Client.Core;

namespace MultiagentFT.Cluster.Tests.Telemetry;

public sealed class TelemetryTests : IDisposable
{
    private readonly NatsServer _server = new();
    private readonly TemporaryFolder _files = new();
    private readonly ConcurrentQueue<string> _log = [];
    private readonly RunConfig _config;

    public TelemetryTests() => _config = ToyRun.Small(_files) with { Iterations = 1 };

    [Fact]
    public async Task What_a_worker_does_belongs_to_the_trace_of_the_run_that_asked()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listen(ended);
        await using (var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, ClusterToyRun.ModelOf(_config)))
        {
            await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, change: options => options with { Title = "traced" });
        }

        var run = Assert.Single(ended, activity => activity.OperationName == "run" && Equals(activity.GetTagItem("mft.run.title"), "traced"));
        Assert.Equal(ActivityStatusCode.Ok, run.Status);
        var mine = ended.Where(activity => activity.TraceId == run.TraceId).ToList();
        var lines = File.ReadAllLines(_files.At("spread.work.jsonl"));
        foreach (var kind in (string[])["debate", "training"])
        {
            var asked = mine.Where(activity => activity.OperationName == $"ask {kind}").ToList();
            var done = mine.Where(activity => activity.OperationName == $"do {kind}").ToList();
            Assert.Equal(lines.Count(line => line.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal)), asked.Count);
            Assert.Equal(asked.Count, done.Count);
            foreach (var activity in asked)
            {
                Assert.Equal((run.SpanId, ActivityKind.Producer, ActivityStatusCode.Ok), (activity.ParentSpanId, activity.Kind, activity.Status));
                Assert.Equal("worker", activity.GetTagItem("mft.worker.name"));
                // It crossed the server as a header: child of what asked for the same work, and linked from there.
                var child = Assert.Single(done, other => Equals(other.GetTagItem("mft.work.id"), activity.GetTagItem("mft.work.id")));
                Assert.Equal((activity.SpanId, ActivityKind.Consumer, ActivityStatusCode.Ok), (child.ParentSpanId, child.Kind, child.Status));
                Assert.True(child.HasRemoteParent);
                Assert.Equal(child.SpanId, Assert.Single(activity.Links).Context.SpanId);
            }
        }
    }

    [Fact]
    public async Task Metrics_count_what_was_asked_done_and_failed()
    {
        using var metrics = new Recorded();
        var batches = 0;
        await using (var worker = await ToyWorker.StartAsync(
            _server.Url, "counted", _files, ClusterToyRun.ModelOf(_config),
            () => new HeldEngine((_, _) => Interlocked.Increment(ref batches) == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask)))
        {
            await ClusterToyRun.RunAsync(_server.Url, _files.At("counted"), _config, _log, change: options => options with { Title = "counted" });
        }

        var lines = File.ReadAllLines(_files.At("counted.work.jsonl"));
        var run = (string)metrics.TagsOf("mft.cluster.work.published").Single(tags => Equals(tags["mft.run.title"], "counted"))["mft.run.id"]!;
        foreach (var kind in (string[])["debate", "training"])
        {
            double expected = lines.Count(line => line.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal));
            Assert.True(expected > 0);
            Assert.Equal(expected, metrics.Sum("mft.cluster.work.published", ("mft.run.id", run), ("kind", kind)));
            Assert.Equal(expected, metrics.Sum("mft.cluster.work.ended", ("mft.run.id", run), ("kind", kind), ("outcome", "done")));
            Assert.Equal(expected, metrics.Count("mft.cluster.work.duration", ("mft.run.id", run), ("kind", kind)));
            Assert.Equal(expected, metrics.Sum("mft.worker.tries", ("mft.worker.name", "counted"), ("kind", kind), ("outcome", "done")));
            Assert.Equal(expected, metrics.Count("mft.worker.try.duration", ("mft.worker.name", "counted"), ("kind", kind), ("outcome", "done")));
        }
        Assert.Equal(1, metrics.Sum("mft.worker.tries", ("mft.worker.name", "counted"), ("outcome", "failed")));
        Assert.Equal(1, metrics.Sum("mft.cluster.tries.failed", ("mft.run.id", run), ("kind", "debate"), ("outcome", "failed")));
    }

    [Fact]
    public async Task Gauges_show_what_is_open_and_who_is_there()
    {
        using var metrics = new Recorded();
        var gate = new TaskCompletionSource();
        await using var worker = await ToyWorker.StartAsync(
            _server.Url, "gauged", _files, ClusterToyRun.ModelOf(_config), () => new HeldEngine((_, _) => gate.Task));
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("gauged"), _config, _log, change: options => options with { Title = "gauged", Look = TimeSpan.FromMilliseconds(100) });
        string? run = null;
        while (run is null || metrics.Last("mft.cluster.workers", ("mft.run.id", run)) != 1 || metrics.Last("mft.worker.leases", ("mft.worker.name", "gauged")) != 1)
        {
            await Task.Delay(50);
            metrics.Observe();
            run ??= metrics.TagsOf("mft.cluster.work.published").Where(tags => Equals(tags["mft.run.title"], "gauged")).Select(tags => (string?)tags["mft.run.id"]).FirstOrDefault();
        }
        // Two chunks of the first stage are asked for; one is held.
        Assert.Equal(2, metrics.Last("mft.cluster.work.open", ("mft.run.id", run)));
        gate.SetResult();
        await running;
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "vendor=1", true)]
    [InlineData("garbage", null, false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", null, false)]
    [InlineData("", null, false)]
    public void Headers_of_a_trace_are_those_of_W3C(string parent, string? state, bool isOne)
    {
        var headers = new NatsHeaders { { "traceparent", parent } };
        if (state is not null) headers["tracestate"] = state;

        var read = TraceHeaders.Read(headers);

        Assert.Equal(isOne, read is not null);
        if (read is not { } context) return;
        Assert.True(context.IsRemote);
        var written = TraceHeaders.Write(null, context)!;
        Assert.Equal(parent, written["traceparent"].ToString());
        Assert.Equal(state, written.TryGetValue("tracestate", out var sent) ? sent.ToString() : null);
    }

    [Fact]
    public void A_state_without_end_is_left_out()
    {
        var headers = new NatsHeaders { { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }, { "tracestate", new string('x', 100_000) } };

        Assert.Null(TraceHeaders.Read(headers)!.Value.TraceState);
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClusterTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>All measurements of the cluster's meters, with the tags of their meters.</summary>
    private sealed class Recorded : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)> _values = [];

        public Recorded()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ClusterTelemetry.MeterName) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public void Observe() => _listener.RecordObservableInstruments();

        public double Sum(string instrument, params (string Key, string Value)[] tags) => Of(instrument, tags).Sum();

        public int Count(string instrument, params (string Key, string Value)[] tags) => Of(instrument, tags).Count();

        public double? Last(string instrument, params (string Key, string Value)[] tags) => Of(instrument, tags).Select(value => (double?)value).LastOrDefault();

        public IEnumerable<IReadOnlyDictionary<string, object?>> TagsOf(string instrument) =>
            _values.Where(value => value.Instrument == instrument).Select(value => value.Tags).DistinctBy(tags => tags.GetValueOrDefault("mft.run.id"));

        public void Dispose() => _listener.Dispose();

        private IEnumerable<double> Of(string instrument, (string Key, string Value)[] tags) => _values
            .Where(value => value.Instrument == instrument && tags.All(tag => Equals(value.Tags.GetValueOrDefault(tag.Key), tag.Value)))
            .Select(value => value.Value);

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _values.Enqueue((instrument.Name, value, tags.ToArray().Concat(instrument.Meter.Tags ?? []).ToDictionary(tag => tag.Key, tag => tag.Value)));
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MultiagentFT.Cluster.Telemetry;

/// <summary>Metrics and traces of a worker. The meter's tag names it. No prompt and no answer is recorded.</summary>
internal sealed class WorkerTelemetry : IDisposable
{
    private readonly Meter _meter;
    private readonly string _worker;
    private readonly Counter<long> _tries;
    private readonly Histogram<double> _duration;

    /// <param name="worker">Its name.</param>
    /// <param name="leases">Pieces of work that it holds.</param>
    /// <param name="tokens">Tokens that it has generated.</param>
    public WorkerTelemetry(string worker, Func<int> leases, Func<long> tokens)
    {
        _worker = worker;
        _meter = new Meter(new MeterOptions(ClusterTelemetry.MeterName) { Tags = [new("mft.worker.name", worker)] });
        _tries = _meter.CreateCounter<long>("mft.worker.tries", "{try}", "Pieces of work that were taken and ended here, by kind and outcome.");
        _duration = _meter.CreateHistogram<double>("mft.worker.try.duration", "s", "Time from taking a piece of work to its end here, by kind and outcome.");
        _meter.CreateObservableUpDownCounter("mft.worker.leases", leases, "{work}", "Pieces of work that are held.");
        _meter.CreateObservableCounter("mft.worker.tokens.generated", tokens, "{token}", "New tokens.");
    }

    public Try Begin(string run, WorkKind kind, string work, int delivery, ActivityContext? asked) => new(this, run, kind, work, delivery, asked);

    public void Dispose() => _meter.Dispose();

    /// <summary>A piece of work, from taking it to its end here.</summary>
    internal sealed class Try
    {
        private readonly WorkerTelemetry _owner;
        private readonly KeyValuePair<string, object?> _kind;
        private readonly Activity? _activity;

        public Try(WorkerTelemetry owner, string run, WorkKind kind, string work, int delivery, ActivityContext? asked)
        {
            _owner = owner;
            _kind = new("kind", ClusterTelemetry.Word(kind));
            _activity = ClusterTelemetry.Source.StartActivity($"do {_kind.Value}", ActivityKind.Consumer, asked ?? default);
            _activity?.SetTag("messaging.system", "nats").SetTag("mft.run.id", run).SetTag("mft.work.id", work).SetTag("mft.work.delivery", delivery);
            _activity?.SetTag("mft.worker.name", owner._worker);
        }

        public ActivityContext? Trace => _activity?.Context;

        /// <param name="outcome"><c>done</c>, <c>failed</c>, <c>left_out</c>, <c>handed_back</c>, <c>not_needed</c> or <c>lost</c>.</param>
        /// <param name="seconds">Since it was taken.</param>
        /// <param name="reason">Why it is not done.</param>
        public void End(string outcome, double seconds, string? reason)
        {
            KeyValuePair<string, object?> how = new("outcome", outcome);
            _owner._tries.Add(1, _kind, how);
            _owner._duration.Record(seconds, _kind, how);
            _activity?.SetTag("outcome", outcome).SetStatus(reason is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, reason);
            _activity?.Dispose();
        }
    }
}

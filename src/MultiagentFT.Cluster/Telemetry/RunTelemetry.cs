using System.Diagnostics;
using System.Diagnostics.Metrics;
using MultiagentFT.Cluster.Messages;

namespace MultiagentFT.Cluster.Telemetry;

/// <summary>Metrics and traces of a run's side. The meter's tags name the run. No prompt and no answer is recorded.</summary>
internal sealed class RunTelemetry : IDisposable
{
    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly string _run;
    private readonly Activity? _activity;
    private readonly Counter<long> _published;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _duration;

    /// <param name="run">Id.</param>
    /// <param name="title">For people.</param>
    /// <param name="open">Pieces of work that are waited for.</param>
    /// <param name="workers">Those that take the run's work.</param>
    /// <param name="time">Of durations.</param>
    public RunTelemetry(string run, string title, Func<int> open, Func<int> workers, TimeProvider time)
    {
        (_run, _time) = (run, time);
        _meter = new Meter(new MeterOptions(ClusterTelemetry.MeterName) { Tags = [new("mft.run.id", run), new("mft.run.title", title)] });
        _published = _meter.CreateCounter<long>("mft.cluster.work.published", "{work}", "Pieces of work that were put into the queue, by kind.");
        _ended = _meter.CreateCounter<long>("mft.cluster.work.ended", "{work}", "Pieces of work that ended, by kind and outcome.");
        _failed = _meter.CreateCounter<long>("mft.cluster.tries.failed", "{try}", "Tries that workers gave up and results that were refused, by kind and outcome.");
        _duration = _meter.CreateHistogram<double>("mft.cluster.work.duration", "s", "Time from asking for a piece of work to its result, by kind.");
        _meter.CreateObservableUpDownCounter("mft.cluster.work.open", open, "{work}", "Pieces of work that are waited for.");
        _meter.CreateObservableUpDownCounter("mft.cluster.workers", workers, "{worker}", "Workers that take the run's work.");
        // Begun in a context of its own: it lasts until the run is closed, whatever was current when it was opened.
        _activity = ClusterTelemetry.Source.CreateActivity("run", ActivityKind.Internal)?.SetTag("mft.run.id", run).SetTag("mft.run.title", title);
        var before = Activity.Current;
        _activity?.Start();
        Activity.Current = before;
    }

    public Asked Begin(WorkContent work, string id) => new(this, work, id);

    /// <summary>The run has ended with all that it asked for.</summary>
    public void Complete() => _activity?.SetStatus(ActivityStatusCode.Ok);

    public void Dispose()
    {
        _activity?.Dispose();
        _meter.Dispose();
    }

    /// <summary>A piece of work, from asking for it to its end.</summary>
    internal sealed class Asked : IDisposable
    {
        private readonly RunTelemetry _owner;
        private readonly KeyValuePair<string, object?> _kind;
        private readonly long _began;
        private readonly Activity? _activity;
        private string _outcome = "broken_off";

        public Asked(RunTelemetry owner, WorkContent work, string id)
        {
            (_owner, _began) = (owner, owner._time.GetTimestamp());
            _kind = new("kind", ClusterTelemetry.Word(work.Kind));
            _activity = ClusterTelemetry.Source.CreateActivity($"ask {_kind.Value}", ActivityKind.Producer, owner._activity?.Context ?? default);
            _activity?.SetTag("messaging.system", "nats").SetTag("mft.run.id", owner._run).SetTag("mft.work.id", id);
            if (work.Debate is { } debate) _activity?.SetTag("mft.work.problems", debate.Problems.Count);
            var before = Activity.Current;
            _activity?.Start();
            Activity.Current = before;
        }

        public ActivityContext? Trace => _activity?.Context;

        public void Published() => _owner._published.Add(1, _kind);

        /// <param name="isRefused">Whether there was a result, which was none.</param>
        public void Failed(bool isRefused) => _owner._failed.Add(1, _kind, new("outcome", isRefused ? "refused" : "failed"));

        /// <param name="worker">Who has done it.</param>
        /// <param name="trace">Of the try: where an earlier process asked for it, it belongs to that one's trace.</param>
        public void Done(string worker, ActivityContext? trace)
        {
            _outcome = "done";
            _activity?.SetTag("mft.worker.name", worker).SetStatus(ActivityStatusCode.Ok);
            if (trace is { } context) _activity?.AddLink(new ActivityLink(context));
            _owner._duration.Record(_owner._time.GetElapsedTime(_began).TotalSeconds, _kind);
        }

        public void SetAside(string reason)
        {
            _outcome = "set_aside";
            _activity?.SetStatus(ActivityStatusCode.Error, reason);
        }

        public void Dispose()
        {
            _owner._ended.Add(1, _kind, new("outcome", _outcome));
            _activity?.Dispose();
        }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Server.Admission;
using MultiagentFT.Server.Chat;

namespace MultiagentFT.Server;

/// <summary>Metrics and traces of a server, for any listener of .NET's own instruments; <c>mft serve</c> exports them by OpenTelemetry.</summary>
public sealed class ServerTelemetry : IDisposable
{
    public const string MeterName = "MultiagentFT.Server";

    public const string SourceName = "MultiagentFT.Server";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _requests;

    internal ServerTelemetry(IMeterFactory meters, IGenerationEngine engine, AdmissionGate gate, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(MeterName);
        _requests = _meter.CreateCounter<long>("mft.server.requests", "{request}", "Chat completions that ended, by model and outcome.");
        _duration = _meter.CreateHistogram<double>("mft.server.request.duration", "s", "Time from a completion's admission to its end.");
        _meter.CreateObservableCounter("mft.server.refused", () => gate.Refused, "{request}", "Requests that were refused as too many ran.");
        _meter.CreateObservableUpDownCounter("mft.server.admitted", () => gate.Inside, "{answer}", "Answers that run or wait.");
        _meter.CreateObservableUpDownCounter("mft.engine.running", () => engine.Load.Running, "{answer}", "Answers in slots.");
        _meter.CreateObservableUpDownCounter("mft.engine.waiting", () => engine.Load.Waiting, "{answer}", "Answers that have no slot yet.");
        _meter.CreateObservableUpDownCounter("mft.engine.slots", () => engine.Load.Slots, "{answer}", "Answers that can run at a time.");
        _meter.CreateObservableUpDownCounter("mft.engine.kv.held", () => engine.Load.HeldTokens, "{token}", "Tokens whose keys and values are in memory.");
        _meter.CreateObservableUpDownCounter("mft.engine.kv.capacity", () => engine.Load.TokenCapacity, "{token}", "Tokens for which there is memory.");
        _meter.CreateObservableUpDownCounter("mft.engine.adapters", () => engine.Load.Adapters, "{adapter}", "Adapters in memory.");
        _meter.CreateObservableCounter("mft.engine.tokens.prompt", () => engine.Statistics.PromptTokens, "{token}", "Prompt tokens that were computed.");
        _meter.CreateObservableCounter("mft.engine.tokens.cached", () => engine.Statistics.CachedTokens, "{token}", "Prompt tokens that were reused.");
        _meter.CreateObservableCounter("mft.engine.tokens.generated", () => engine.Statistics.GeneratedTokens, "{token}", "New tokens.");
        _meter.CreateObservableCounter("mft.engine.steps", () => engine.Statistics.Steps, "{step}", "Decode steps.");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Measures one completion until it is disposed. No prompt and no answer is recorded.</summary>
    internal Measured Begin(string model, bool streams) => new(this, model, streams);

    internal sealed class Measured : IDisposable
    {
        private readonly ServerTelemetry _owner;
        private readonly string _model;
        private readonly long _began;
        private readonly Activity? _activity;

        public Measured(ServerTelemetry owner, string model, bool streams)
        {
            (_owner, _model, _began) = (owner, model, owner._time.GetTimestamp());
            _activity = Source.StartActivity($"chat {model}", ActivityKind.Internal);
            _activity?.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.request.model", model).SetTag("mft.stream", streams);
        }

        /// <summary>Null until it has ended with an answer.</summary>
        public TokenUsage? Usage { get; set; }

        public void Dispose()
        {
            var outcome = Usage is not null ? "answered" : "broken_off";
            _owner._requests.Add(1, new KeyValuePair<string, object?>("model", _model), new KeyValuePair<string, object?>("outcome", outcome));
            _owner._duration.Record(_owner._time.GetElapsedTime(_began).TotalSeconds, new KeyValuePair<string, object?>("model", _model));
            _activity?.SetTag("gen_ai.usage.input_tokens", Usage?.Prompt).SetTag("gen_ai.usage.output_tokens", Usage?.Generated);
            _activity?.SetTag("mft.usage.cached_tokens", Usage?.Cached).SetStatus(Usage is not null ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
            _activity?.Dispose();
        }
    }
}

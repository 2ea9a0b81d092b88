using System.Diagnostics;
using NATS.Client.Core;

namespace MultiagentFT.Cluster.Telemetry;

/// <summary>The trace that a message belongs to, as headers: W3C's Trace Context.</summary>
internal static class TraceHeaders
{
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>W3C asks for at least 512 characters; longer ones are left out.</summary>
    private const int LongestState = 512;

    /// <returns>The headers with the trace, if there is one.</returns>
    public static NatsHeaders? Write(NatsHeaders? headers, ActivityContext? trace)
    {
        if (trace is not { } context || context == default) return headers;
        headers ??= [];
        headers[Parent] = $"00-{context.TraceId}-{context.SpanId}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
        if (context.TraceState is { Length: > 0 and <= LongestState } state) headers[State] = state;
        return headers;
    }

    /// <returns>Null where there is none, or what is there is none.</returns>
    public static ActivityContext? Read(NatsHeaders? headers)
    {
        if (headers is null || !headers.TryGetValue(Parent, out var parent)) return null;
        var state = headers.TryGetValue(State, out var states) && states.ToString() is { Length: <= LongestState } text ? text : null;
        return ActivityContext.TryParse(parent.ToString(), state, isRemote: true, out var context) ? context : null;
    }
}

using NATS.Client.Core;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>A message of the stream of results, not looked into yet.</summary>
/// <param name="Sequence">Its number in the stream.</param>
/// <param name="Data">Content, or nothing where the headers say where it lies.</param>
/// <param name="Headers">Of the message.</param>
internal sealed record SentResult(ulong Sequence, byte[]? Data, NatsHeaders? Headers);

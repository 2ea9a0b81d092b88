namespace MultiagentFT.Cluster;

/// <summary>A piece of work failed again and again, and is not tried any more; the message has the reasons. Another attempt of its run tries anew.</summary>
public sealed class WorkSetAsideException(string message) : Exception(message);

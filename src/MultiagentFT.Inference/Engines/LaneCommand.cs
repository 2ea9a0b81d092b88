namespace MultiagentFT.Inference.Engines;

/// <summary>What a lane is asked to do between two steps.</summary>
internal abstract record LaneCommand;

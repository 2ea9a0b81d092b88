using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Library;

/// <summary>The variables that native libraries see. .NET keeps a copy of its own, and changes that alone.</summary>
public static partial class NativeEnvironment
{
    /// <summary>Sets a variable for libraries that are loaded from now on; what is set already stays. Does nothing but on Linux.</summary>
    public static void SetUnlessSet(string name, string value)
    {
        if (OperatingSystem.IsLinux()) _ = Set(name, value, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);
}

using EtcdHa.Console;

// The engine would report its use to Microsoft. This console talks to nobody unless the user says otherwise; set before the engine loads.
if (Environment.GetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT") is null)
{
    Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
}

return Application.Run(args);

; sheet-1 for ender-3-laser
G21
G90
G17
M5
; stock 250 x 170 x 1 mm
; work zero: lower left corner of the sheet
; control setting CUTTER_POWER_UNIT = PWM255
; control setting LASER_FEATURE = on  standard mode
; piece 0: plate
G0 X50 Y50
M3 S38
G1 X70 F3000
M5
G0 X60 Y45
M3 S38
G1 Y55
M5
G0 X40 Y40
M3 S204
G4 S0.3
G1 X45 F900
G2 X35 Y40 I-5 J0
G2 X45 Y40 I5 J0
M5
G0 X18 Y20
M3 S204
G4 S0.3
G1 X90 F1200
G3 X100 Y30 I0 J10
G1 Y70
G3 X20 Y70 I-40 J-96
G1 Y20
M5
M77
